// Names of people, firms and made-up senders, in the manners of several countries. Domains end in .example or .test.
import type { Dice } from './dice.js';

const FIRST =
  'agnes albert alina amir andrea anton arne astrid beata bruno camille carlos chiara dagny daria denis diego edda emil esther fatima felix finn frida gerda giulia hanna hassan helge ines ingrid ivan jana joao jorge judit karim katja klaus lea leif lena luis lukas magda marek maria marta mehmet milan mirjam nadia nikolai nora olga oscar pablo pavel pierre rasmus renata robert rosa samir sandra silvia simon stella sven tamara thea tomas ulla valentin vera viktor wanda xenia yara yusuf zofia'.split(
    ' ',
  );
const LAST =
  'aalto andersen araujo baker bauer becker bianchi blom bosch brandt castro cohen costa dahlberg dekker demir duarte dvorak eriksen fabre ferrari fischer fonseca garnier gomez gruber haas hakala hartmann horak ibrahim jansen jovanovic kaiser kallas keller kowalski kraus kristoffersen kuznetsov laurent lehmann lindqvist lopez madsen marchetti mazur meyer moreau mueller murphy nagel nilsson novotny oliveira ozturk papadakis peeters perez petrov popescu quinn ramos richter rocha romano sanders schmid schneider sorensen steiner svoboda tanaka thomsen torres urban vandenberg varga vogel wagner walsh weiss wilson winkler wozniak yilmaz zeller zimmermann'.split(
    ' ',
  );
const STEM =
  'alder amber anker arc aspen atlas avon baltic basalt beacon birch borea brook calder cedar cinder clover cobalt coral crest delta drift dune eastgate ember fern fjell flint forge gable garnet glen granite grove haven hazel heron hollow indra iris isle juniper karst kestrel knoll lagoon larch linden lumen lynx maple marsh merid mesa mill mosaic nordwind oak ochre onyx orchard osprey pebble pine prairie prism quarry quill raven reed ridge robin rowan saffron sage selva shore sierra silva sleet solar spruce stone summit tarn thorn tidal timber topaz tundra umber vale velvet vesper vista wave willow wren yarrow zephyr'.split(
    ' ',
  );
const TAIL =
  'consult build trans tec works media foods care legal design print energy metal systems travel group house market supply lab partner bygg handel bau verlag service studio soft line hotel school club shop invest medica auto agri marine textil'.split(
    ' ',
  );
const OFFICE = 'info office post mail kontakt contact sales support service order admin billing hr jobs'.split(' ');
const JUNK =
  'account alert amazon-prime billing-dept confirm customer delivery docs-share dpd-track invoice-noreply it-desk kundenservice mailer notify office365 parcel payroll portal promo refund secure security-team service shipping team updates verify voicemail winner'.split(
    ' ',
  );
const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const ALNUM = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** How a domain writes its people: the same for all of them. */
export type NameForm = (dice: Dice) => string;

const FORMS: NameForm[] = [
  (dice) => `${dice.pick(FIRST)}.${dice.pick(LAST)}`,
  (dice) => `${dice.pick(FIRST)[0]}${dice.pick(LAST)}`,
  (dice) => dice.pick(FIRST),
  (dice) => `${dice.pick(LAST)}.${dice.pick(FIRST)[0]}`,
  (dice) => `${dice.pick(FIRST)}_${dice.pick(LAST)}`,
  (dice) => dice.pick(LAST),
  (dice) => dice.pick(FIRST).slice(0, 2) + dice.pick(LAST).slice(0, 3),
  (dice) => `${dice.pick(FIRST)}-${dice.pick(LAST)}`,
];

export function nameForm(dice: Dice): NameForm {
  return dice.weighted([
    [5, FORMS[0] as NameForm],
    [2, FORMS[1] as NameForm],
    [2, FORMS[2] as NameForm],
    [3, dice.pick(FORMS)],
  ]);
}

export function officeName(dice: Dice): string {
  return dice.pick(OFFICE);
}

/** As people write themselves at a big mailbox provider. */
export function privateName(dice: Dice): string {
  const form = dice.int(0, 5);
  const first = dice.pick(FIRST);
  const last = dice.pick(LAST);
  if (form === 0) return `${first}.${last}${dice.is(0.4) ? dice.int(1, 99) : ''}`;
  if (form === 1) return `${first}${dice.int(1, 9999)}`;
  if (form === 2) return `${first[0]}${last}${dice.int(1, 999)}`;
  if (form === 3) return `${last}${first[0]}${dice.int(50, 2012)}`;
  if (form === 4) return `${dice.pick(STEM)}${dice.pick(['', '_', '.'])}${first}${dice.int(1, 99)}`;
  return `${first}${last}${dice.is(0.5) ? dice.int(1, 99) : ''}`;
}

/** Makers of invented local parts, as machines that spam write them. */
const INVENTED: NameForm[] = [
  (dice) => `${dice.pick(FIRST)}.${dice.pick(LAST)}`,
  (dice) => `${dice.pick(FIRST)}${dice.int(10, 9999)}`,
  (dice) => dice.text(LOWER, dice.int(5, 11)),
  (dice) => dice.text(ALNUM, dice.int(8, 16)),
  (dice) => `${dice.pick(JUNK)}${dice.is(0.6) ? dice.int(1, 99999) : ''}`,
  (dice) => `${dice.pick(JUNK)}-${dice.text(ALNUM, 6)}`,
  (dice) => `${dice.pick(FIRST)[0]}${dice.pick(LAST)}${dice.is(0.3) ? dice.int(1, 9) : ''}`,
];

export function inventor(dice: Dice): NameForm {
  return dice.pick(INVENTED);
}

export function junkName(dice: Dice): string {
  return dice.pick(JUNK);
}

/** Domain names that are never given twice. */
export class DomainNames {
  private readonly given = new Set<string>();

  constructor(private readonly dice: Dice) {}

  /** A firm: `larchmedia.example`. */
  firm(top = this.dice.pick(['example', 'test'])): string {
    const { dice } = this;
    return this.fresh(() => {
      const join = dice.pick(['', '', '-']);
      const tail = dice.is(0.75) ? dice.pick(TAIL) : dice.pick(STEM);
      return `${dice.pick(STEM)}${join}${tail}${dice.is(0.2) ? dice.int(2, 99) : ''}.${top}`;
    });
  }

  /** A name with a given beginning, for those known by it. */
  called(start: string): string {
    return this.fresh((n) => `${start}${n === 0 ? '' : n + 1}.example`);
  }

  private fresh(make: (attempt: number) => string): string {
    for (let attempt = 0; ; attempt++) {
      const name = attempt > 20 ? make(attempt).replace('.', `${attempt}.`) : make(attempt);
      if (this.given.has(name)) continue;
      this.given.add(name);
      return name;
    }
  }
}

/** `Larchmedia` for `larchmedia.example`. */
export function titleOf(domain: string): string {
  const stem = domain.slice(0, domain.indexOf('.'));
  return stem
    .split('-')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join(' ');
}
