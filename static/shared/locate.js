// One position, asked for when a person taps, and never again: no track.

/** A fix this good needs no better one: a village's radius is a kilometre or so. */
const GOOD_ENOUGH_M = 100;
/** The first fix is often a coarse one from the mast; the satellites get this long to better it. */
const BETTER_FIX_MS = 6000;
/** Some phones say "unavailable" and find a position a moment later. */
const SECOND_THOUGHT_MS = 5000;

const ERRORS = { 1: 'denied', 2: 'unavailable', 3: 'timeout' };

function positionFrom(coords) {
  const position = { latitude: coords.latitude, longitude: coords.longitude, datum: 'wgs84' };
  if (Number.isFinite(coords.accuracy)) position.accuracy_m = coords.accuracy;
  return position;
}

const accuracyOf = (coords) => (coords.accuracy > 0 ? coords.accuracy : Infinity);

/** Whether the browser gives positions here at all; over plain http it does not. */
export const canLocate = () => isSecureContext && 'geolocation' in navigator;

/** {position} or {location_error}, within `timeoutMs`, also when the question of permission is never answered. */
export function locate(timeoutMs = 20000) {
  if (!canLocate()) return Promise.resolve({ location_error: 'unsupported' });
  return new Promise((resolve) => {
    let best = null;
    let failure = 'timeout';
    let watch = null;
    let hurry = null;
    const finish = () => {
      clearTimeout(last);
      clearTimeout(hurry);
      if (watch !== null) navigator.geolocation.clearWatch(watch);
      resolve(best ? { position: positionFrom(best) } : { location_error: failure });
    };
    const last = setTimeout(finish, timeoutMs);
    const finishWithin = (ms) => {
      hurry ??= setTimeout(finish, ms);
    };
    const onFix = ({ coords }) => {
      if (!Number.isFinite(coords.latitude) || !Number.isFinite(coords.longitude)) return;
      if (!best || accuracyOf(coords) < accuracyOf(best)) best = coords;
      if (accuracyOf(best) <= GOOD_ENOUGH_M) finish();
      else finishWithin(BETTER_FIX_MS);
    };
    const onError = ({ code }) => {
      failure = ERRORS[code] ?? 'unavailable';
      if (failure === 'denied') finish();
      else finishWithin(SECOND_THOUGHT_MS);
    };
    watch = navigator.geolocation.watchPosition(onFix, onError, {
      enableHighAccuracy: true,
      maximumAge: 0,
      timeout: timeoutMs,
    });
  });
}
