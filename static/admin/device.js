// A browser and a system as people call them, from the long line that a browser says of itself.
import { t } from '../shared/i18n.js';

/** Looked for from the first to the last: most browsers also name those that they descend from. */
const BROWSERS = [
  ['wecom', /wxwork/i], ['wechat', /MicroMessenger/i], ['dingtalk', /DingTalk/i], ['qq', /M?QQBrowser|\bQQ\//i], ['uc', /UCBrowser|UBrowser/i],
  ['360', /QIHU|360SE|360EE|QHBrowser/i], ['sogou', /MetaSr|SogouMobileBrowser/i], ['huawei', /HuaweiBrowser|ArkWeb/i], ['xiaomi', /MiuiBrowser/i],
  ['vivo', /VivoBrowser/i], ['oppo', /HeyTapBrowser|OppoBrowser/i], ['samsung', /SamsungBrowser/i], ['edge', /\bEdg(e|A|iOS)?\//i],
  ['opera', /\bOPR\//i], ['firefox', /Firefox|FxiOS/i], ['chrome', /Chrome|CriOS/i], ['safari', /Safari/i], ['ie', /Trident|MSIE/i],
];
const SYSTEMS = [
  ['harmony', /HarmonyOS|OpenHarmony/i], ['android', /Android/i], ['iphone', /iPhone/i], ['ipad', /iPad/i], ['windows7', /Windows NT 6\.1/i],
  ['windows', /Windows/i], ['mac', /Mac OS X/i], ['uos', /\bUOS\b|deepin/i], ['kylin', /Kylin/i], ['linux', /Linux|X11/i],
];

const found = (table, agent) => table.find(([, pattern]) => pattern.test(agent))?.[0];

/** "Chrome, Windows"; what is not known is left out, and said where nothing is. */
export function deviceText(agent) {
  const browser = found(BROWSERS, agent);
  const system = found(SYSTEMS, agent);
  const names = [browser && t(`admin.browser.${browser}`), system && t(`admin.system.${system}`)].filter(Boolean);
  return names.join(t('admin.device_comma')) || t('admin.unknown_device');
}
