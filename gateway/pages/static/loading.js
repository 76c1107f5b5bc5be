// "Wait a moment" is said only to somebody who waits: words that flash by are read as something that went wrong.

const SHORT_MS = 300;

/** Calls `say` when it has taken 300 ms, unless what this returns is called before. */
export function afterAWhile(say) {
  const timer = setTimeout(say, SHORT_MS);
  return () => clearTimeout(timer);
}
