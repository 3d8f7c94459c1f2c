// The guide on a phone: one step at a time above the channel, for the sidebar that has all of them is out of sight.
import { byId, remember, state } from './state.js';

const steps = [...document.querySelectorAll<HTMLElement>('#coach li')];

/** Shows a step, from 0; behind the last one none. */
export function showStep(step: number): void {
  if (steps.length === 0) return;
  state.step = Math.max(0, Math.min(step, steps.length));
  byId('coach').hidden = state.step === steps.length;
  steps.forEach((item, index) => {
    item.hidden = index !== state.step;
  });
  byId('coach-next').textContent = state.step === steps.length - 1 ? 'Done' : 'Next';
}

/** Reports whether the press was one on the guide. */
export function coachClick(target: Element): boolean {
  const isNext = target.closest('#coach-next') !== null;
  if (!isNext && !target.closest('#coach-close')) return false;
  showStep(isNext ? state.step + 1 : steps.length);
  if (byId('coach').hidden) byId('messages').focus();
  remember();
  return true;
}

/** What the first step asks for is done once somebody's mail is held back. */
export function noticeHeld(): void {
  if (state.step > 0 || !document.querySelector('#counters :is([data-state="blocked"], [data-state="suspended"])'))
    return;
  showStep(1);
  remember();
}
