import { type RefObject, useEffect, useRef } from "react";

/** A dialog that is open as long as its component is shown; `onClose` when the reader leaves it by any way. */
export const useDialog = (onClose: () => void): RefObject<HTMLDialogElement | null> => {
  const dialog = useRef<HTMLDialogElement>(null);
  const close = useRef(onClose);
  close.current = onClose;
  useEffect(() => {
    const element = dialog.current;
    if (element === null) return;
    const closed = () => close.current();
    element.showModal();
    element.addEventListener("close", closed);
    return () => {
      element.removeEventListener("close", closed);
      element.close();
    };
  }, []);
  return dialog;
};
