/** More than come again and again. */
const maxRemembered = 1_024;
/** Longer texts are looked at anew each time, so that what is remembered has an end. */
const maxRememberedLength = 64;

/** The same question, with the answers to short texts remembered; for what is asked often and always answered alike. */
export function rememberingVerdicts(decide: (text: string) => boolean): (text: string) => boolean {
  const verdicts = new Map<string, boolean>();
  return (text) => {
    const known = verdicts.get(text);
    if (known !== undefined) return known;
    const verdict = decide(text);
    if (text.length > maxRememberedLength) return verdict;
    if (verdicts.size >= maxRemembered) verdicts.clear();
    verdicts.set(text, verdict);
    return verdict;
  };
}
