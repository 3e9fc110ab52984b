/** Alerts on urgent events: an assignment that expires or has expired, a lost connection. Both kinds are off by default. */
import { useEffect, useRef } from "react";
import type { Entry } from "../model/Entry.ts";
import { useAnnounce } from "./Announcer.tsx";
import { useSwitch } from "./hooks.ts";
import { useShown } from "./Shown.ts";

// Many at once are one alert.
const gatherMillis = 2_000;

const isUrgent = ({ verb, tone }: Entry): boolean =>
  verb === "expiring:" || verb === "expired:" || (tone === "bad" && verb === "connection lost");

const sentenceOf = (entries: ReadonlyArray<Entry>, titleOf: (entry: Entry) => string): string => {
  const [first] = entries;
  if (entries.length === 1 && first !== undefined) return `${first.who ?? ""} ${first.verb} ${titleOf(first)}`.trim();
  const counts = [...Map.groupBy(entries, ({ verb }) => verb.replace(":", ""))];
  return counts.map(([verb, some]) => `${some.length} ${verb}`).join(", ");
};

/** A short tone, made here: no file is loaded. */
const beep = (): void => {
  const audio = new AudioContext();
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  volume.gain.setValueAtTime(0.08, audio.currentTime);
  volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.4);
  tone.frequency.value = 660;
  tone.connect(volume).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + 0.4);
  tone.onended = () => void audio.close();
};

export const Alerts = () => {
  const { feed, results, evaluationId } = useShown();
  const [notifies, setNotifies] = useSwitch("notify");
  const [sounds, setSounds] = useSwitch("sound");
  const announce = useAnnounce();
  const wanted = useRef({ notifies, sounds });
  wanted.current = { notifies, sounds };

  useEffect(() => {
    let gathered: Array<Entry> = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const titleOf = ({ resultId, taskId, detail }: Entry) =>
      results.snapshot().byId.get(resultId ?? "")?.title ?? taskId ?? detail ?? "";
    const alert = () => {
      timer = undefined;
      const urgent = gathered.filter(isUrgent);
      const completed = gathered.filter(({ verb }) => verb === "completed").length;
      gathered = [];
      const sentence = [
        ...(urgent.length > 0 ? [sentenceOf(urgent, titleOf)] : []),
        ...(completed > 0 ? [`${completed} completed`] : []),
      ].join("; ");
      if (sentence !== "") announce(sentence);
      if (urgent.length === 0) return;
      const { notifies: isNotified, sounds: isHeard } = wanted.current;
      if (isNotified && "Notification" in window && Notification.permission === "granted") {
        new Notification("evalwire", { body: sentenceOf(urgent, titleOf), tag: evaluationId });
      }
      // After a reload a browser plays nothing before the reader has touched the page.
      if (isHeard && navigator.userActivation.hasBeenActive) beep();
    };
    const leave = feed.onEntry((entry) => {
      gathered.push(entry);
      timer ??= setTimeout(alert, gatherMillis);
    });
    return () => {
      leave();
      clearTimeout(timer);
    };
  }, [feed, results, evaluationId, announce]);

  const askFirst = async (isOn: boolean) => {
    if (!isOn) return setNotifies(false);
    if (!("Notification" in window)) return announce("This browser has no desktop notifications.");
    const permission = await Notification.requestPermission();
    setNotifies(permission === "granted");
    if (permission !== "granted") announce("The browser does not allow notifications for this page.");
  };
  return (
    <details className="menu">
      <summary>Alerts</summary>
      <div className="menu-body">
        <label>
          <input type="checkbox" checked={notifies} onChange={({ target }) => void askFirst(target.checked)} /> Desktop
          notifications
        </label>
        <label>
          <input type="checkbox" checked={sounds} onChange={({ target }) => setSounds(target.checked)} /> Sound
        </label>
        <p className="quiet">
          When an assignment expires within a minute, has expired, or the connection is lost. After a reload the browser
          allows sound from the first click or key on.
        </p>
      </div>
    </details>
  );
};
