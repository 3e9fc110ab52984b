/** The one live region of the page: text for screen readers, politely, one sentence at a time. */
import { createContext, type ReactNode, useCallback, useContext, useRef, useState } from "react";

const AnnouncerContext = createContext<(text: string) => void>(() => undefined);

// Read out before the next sentence takes its place.
const betweenMillis = 1_500;

export const AnnouncerProvider = ({ children }: { readonly children: ReactNode }) => {
  const [text, setText] = useState("");
  const waiting = useRef<Array<string>>([]);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const announce = useCallback((sentence: string) => {
    // Of many at once only the last few are worth hearing.
    waiting.current = [...waiting.current, sentence].slice(-3);
    const next = () => {
      const first = waiting.current.shift();
      timer.current = first === undefined ? undefined : setTimeout(next, betweenMillis);
      // Emptied afterwards: a sentence is not found there when it is no longer true, and the same one is read out again.
      setText(first ?? "");
    };
    if (timer.current === undefined) next();
  }, []);
  return (
    <AnnouncerContext.Provider value={announce}>
      {children}
      <div className="unseen" role="status" aria-live="polite">
        {text}
      </div>
    </AnnouncerContext.Provider>
  );
};

/** Says a sentence to those who listen to the page. */
export const useAnnounce = (): ((text: string) => void) => useContext(AnnouncerContext);
