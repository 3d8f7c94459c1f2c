// Every provider whose refusals are known, in the order they are tried when nothing says which it is. A new one is a file beside this
// one and two lines here.

import type { Provider } from '../reply.js';
import { aliyun } from './aliyun.js';
import { appleIcloud } from './apple-icloud.js';
import { att } from './att.js';
import { barracudaGw } from './barracuda-gw.js';
import { bluewin } from './bluewin.js';
import { broadcomSymantec } from './broadcom-symantec.js';
import { ciscoTalos } from './cisco-talos.js';
import { cloudmarkCsi } from './cloudmark-csi.js';
import { comcast } from './comcast.js';
import { cox } from './cox.js';
import { earthlink } from './earthlink.js';
import { fortinet } from './fortinet.js';
import { freeFr } from './free-fr.js';
import { godaddy } from './godaddy.js';
import { google } from './google.js';
import { hornetsecurity } from './hornetsecurity.js';
import { invaluementReply } from './invaluement-reply.js';
import { kpn } from './kpn.js';
import { laposte } from './laposte.js';
import { libero } from './libero.js';
import { mailRu } from './mail-ru.js';
import { microsoft365 } from './microsoft-365.js';
import { microsoftConsumer } from './microsoft-consumer.js';
import { mimecast } from './mimecast.js';
import { netease } from './netease.js';
import { orangeFr } from './orange-fr.js';
import { proofpoint } from './proofpoint.js';
import { proximus } from './proximus.js';
import { qq } from './qq.js';
import { rackspace } from './rackspace.js';
import { sfr } from './sfr.js';
import { sophos } from './sophos.js';
import { spamexperts } from './spamexperts.js';
import { spectrum } from './spectrum.js';
import { tOnline } from './t-online.js';
import { trendmicro } from './trendmicro.js';
import { unitedInternet } from './united-internet.js';
import { vade } from './vade.js';
import { vodafoneZiggo } from './vodafone-ziggo.js';
import { yahoo } from './yahoo.js';
import { yahooJapan } from './yahoo-japan.js';
import { yandex } from './yandex.js';

export const providers: readonly Provider[] = [
  microsoftConsumer,
  microsoft365,
  google,
  yahoo,
  yahooJapan,
  appleIcloud,
  comcast,
  att,
  cox,
  spectrum,
  earthlink,
  unitedInternet,
  tOnline,
  orangeFr,
  laposte,
  freeFr,
  sfr,
  mailRu,
  yandex,
  qq,
  netease,
  aliyun,
  vodafoneZiggo,
  kpn,
  proximus,
  bluewin,
  libero,
  proofpoint,
  cloudmarkCsi,
  mimecast,
  barracudaGw,
  ciscoTalos,
  trendmicro,
  broadcomSymantec,
  spamexperts,
  rackspace,
  godaddy,
  hornetsecurity,
  vade,
  fortinet,
  sophos,
  invaluementReply,
];
