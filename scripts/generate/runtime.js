const highSurrogate = /[\ud800-\udbff]/;

/** Length in code points, as JSON Schema counts maxLength. */
export function ucs2length(text) {
  // Most texts have no pair of code units for one code point, and are not gone through one by one.
  if (!highSurrogate.test(text)) return text.length;
  let length = 0;
  for (let index = 0; index < text.length; index++, length++) {
    if (text.codePointAt(index) > 0xffff) index++;
  }
  return length;
}

/** Ends a validator at its first error. */
export function refuse(validate, instancePath, schemaPath, keyword, params) {
  validate.errors = [{ instancePath, schemaPath, keyword, params }];
  return false;
}

/** Equality of two JSON values. */
export function equal(a, b) {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && equal(a[key], b[key]));
}

// RFC 3339, section 5.6
const dateTime = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:[Zz]|[+-](\d\d):(\d\d))$/;
// RFC 3986: a scheme, then none of the characters that must be percent-encoded
const absoluteUri = /^[A-Za-z][A-Za-z0-9+.-]*:[!#-;=?-[\]_a-z~%]+$/;
const base64Alphabet = /[^A-Za-z0-9+/]/;

export const formats = {
  "date-time"(text) {
    const match = dateTime.exec(text);
    if (!match) return false;
    const [year, month, day, hour, minute, second, offsetHour, offsetMinute] = match.slice(1).map(Number);
    const daysInMonth = new Date(Date.UTC(year, month, 0)).getUTCDate();
    const inRange = month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth && hour < 24 && minute < 60;
    return inRange && second < 60 && !(offsetHour > 23) && !(offsetMinute > 59);
  },
  uri(text) {
    return absoluteUri.test(text) && URL.canParse(text);
  },
  // RFC 4648, section 4. Not one expression: a repeated group runs out of stack on some megabytes.
  byte(text) {
    if (text.length % 4 !== 0) return false;
    const end = text.endsWith("==") ? -2 : text.endsWith("=") ? -1 : text.length;
    return !base64Alphabet.test(text.slice(0, end));
  },
};
