/** A browser driven only by its own protocol: under Playwright every tab counts as seen, and none can be frozen. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { args, executablePath } from "../browser.ts";

type Send = (method: string, params?: object, sessionId?: string) => Promise<any>;

export interface Tab {
  /** The value of an expression, also of one that is awaited first. */
  readonly evaluate: (expression: string) => Promise<any>;
  /** Brings it to the front; the others are hidden. */
  readonly show: () => Promise<void>;
  /** Stops its timers and tasks, as a browser does with a tab in the background; or lets them go on. */
  readonly freeze: (isFrozen: boolean) => Promise<void>;
}

export interface PlainBrowser {
  readonly open: (url: string) => Promise<Tab>;
  readonly close: () => Promise<void>;
}

const connected = async (url: string): Promise<{ readonly send: Send; readonly close: () => void }> => {
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve);
    socket.addEventListener("error", reject);
  });
  const waiting = new Map<number, PromiseWithResolvers<any>>();
  socket.addEventListener("message", ({ data }) => {
    const { id, result, error } = JSON.parse(String(data));
    const call = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) call?.resolve(result);
    else call?.reject(new Error(error.message));
  });
  let last = 0;
  const send: Send = (method, params = {}, sessionId) => {
    const id = ++last;
    const call = Promise.withResolvers<any>();
    waiting.set(id, call);
    socket.send(JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) }));
    return call.promise;
  };
  return { send, close: () => socket.close() };
};

export const plainBrowser = async (): Promise<PlainBrowser> => {
  const folder = mkdtempSync(join(tmpdir(), "evalwire-browser-"));
  const child = spawn(
    executablePath,
    [...args, "--remote-debugging-port=0", `--user-data-dir=${folder}`, "about:blank"],
    {
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  const ended = once(child, "exit");
  let said = "";
  const address = await new Promise<string>((resolve, reject) => {
    child.stderr.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      const match = /DevTools listening on (\S+)/.exec(said);
      if (match) resolve(match[1]!);
    });
    child.on("error", reject);
    child.on("exit", () => reject(new Error(`the browser ended: ${said}`)));
  });
  const { send, close } = await connected(address);
  return {
    open: async (url) => {
      const { targetId } = await send("Target.createTarget", { url });
      const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
      await send("Page.enable", {}, sessionId);
      return {
        evaluate: async (expression) => {
          const asked = { expression, awaitPromise: true, returnByValue: true };
          const { result, exceptionDetails } = await send("Runtime.evaluate", asked, sessionId);
          if (exceptionDetails !== undefined) throw new Error(exceptionDetails.text);
          return result.value;
        },
        show: async () => {
          await send("Target.activateTarget", { targetId });
        },
        freeze: async (isFrozen) => {
          await send("Page.setWebLifecycleState", { state: isFrozen ? "frozen" : "active" }, sessionId);
        },
      };
    },
    close: async () => {
      close();
      child.kill();
      await ended;
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};
