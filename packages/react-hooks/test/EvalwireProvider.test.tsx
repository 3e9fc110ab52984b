import { SgpError } from "@evalwire/core";
import type { ScriptedWatch } from "@evalwire/core/testing";
import { act, render, renderHook, screen } from "@testing-library/react";
import * as React from "react";
import { Component, type ReactNode, Suspense } from "react";
import { renderToString } from "react-dom/server";
import { expect, it, vi } from "vitest";
import { EvalwireProvider, useEvaluationProgress, useTask, useTasks, useWatchStatus } from "../src/index.ts";
import { fakeClient, stage } from "./harness.tsx";
import { epoch, isClosed, row, watchOf } from "./rows.ts";

const settle = () => act(async () => undefined);

const Count = ({ id = "ev_1" }: { id?: string }) => <p>{useTasks(id).length} tasks</p>;
const First = () => <p>{useTask("ev_1", "a")?.status}</p>;

it("opens one watch for all components of an evaluation, and closes it after the last", async () => {
  const { watch, opened, wrapper } = stage(watchOf("ev_1", [row("a")]));
  const page = render(
    <>
      <Count />
      <First />
    </>,
    { wrapper },
  );
  expect(opened).toEqual([watch]);
  page.rerender(<Count />);
  await settle();
  expect(isClosed(watch)).toBe(false);
  page.unmount();
  await settle();
  expect(isClosed(watch)).toBe(true);
  expect(watch.listeners).toBe(0);
});

it("opens a watch of its own for each evaluation", () => {
  const { opened, wrapper } = stage();
  render(
    <>
      <Count id="ev_1" />
      <Count id="ev_2" />
    </>,
    { wrapper },
  );
  expect(opened.map((watch) => watch.evaluationId)).toEqual(["ev_1", "ev_2"]);
});

it("keeps the watch when one component takes the place of another", async () => {
  const { watch, opened, wrapper } = stage();
  const page = render(<Count key="one" />, { wrapper });
  page.rerender(<First key="two" />);
  await settle();
  expect([opened.length, isClosed(watch)]).toEqual([1, false]);
});

it("opens the watch again when a component comes back", async () => {
  const opened: Array<ScriptedWatch> = [];
  const client = fakeClient(() => {
    const watch = watchOf("ev_1", [row(`of the ${opened.length + 1}. watch`)]);
    opened.push(watch);
    return watch;
  });
  const Ids = () => <p>{useTasks("ev_1").map((task) => task.id)}</p>;
  const page = (shown: boolean) => (
    <EvalwireProvider grace={0} client={client}>
      {shown ? <Ids /> : null}
    </EvalwireProvider>
  );
  const { rerender } = render(page(true));
  rerender(page(false));
  await settle();
  rerender(page(true));
  expect(screen.getByText("of the 2. watch")).toBeTruthy();
  expect(opened.map((watch) => isClosed(watch))).toEqual([true, false]);
});

it("another client closes the watches of the first", async () => {
  const [first, second] = [watchOf(), watchOf("ev_1", [row("a")])];
  const page = (watch: ScriptedWatch, client: ReturnType<typeof fakeClient>) => (
    <EvalwireProvider key="page" client={client}>
      <Count />
      <i>{watch.evaluationId}</i>
    </EvalwireProvider>
  );
  const { rerender } = render(
    page(
      first,
      fakeClient(() => first),
    ),
  );
  rerender(
    page(
      second,
      fakeClient(() => second),
    ),
  );
  await settle();
  expect(screen.getByText("1 tasks")).toBeTruthy();
  expect([isClosed(first), isClosed(second)]).toEqual([true, false]);
});

it("a watch that is given is used and left open", async () => {
  const watch = watchOf("mine", [row("a")]);
  const { opened, wrapper } = stage();
  const { result, unmount } = renderHook(() => useTasks(watch).length, { wrapper });
  expect(result.current).toBe(1);
  unmount();
  await settle();
  expect([isClosed(watch), watch.listeners, opened.length]).toEqual([false, 0, 0]);
});

it("opens nothing on a server, and shows the connecting state there", () => {
  const { opened, wrapper: Page } = stage();
  const Status = () => {
    const status = useWatchStatus("ev_1");
    const { total, fraction } = useEvaluationProgress("ev_1");
    return (
      <p>
        {status._tag} {total} {fraction}
      </p>
    );
  };
  const html = renderToString(
    <Page>
      <Status />
    </Page>,
  );
  expect(html.replaceAll("<!-- -->", "")).toBe("<p>connecting 0 0</p>");
  expect(opened).toEqual([]);
});

// React 18 has no `use`; what suspends there is in reading.test.tsx.
it.skipIf(React.use === undefined)("opens nothing for a render that is thrown away", async () => {
  const { opened, wrapper } = stage();
  const never = new Promise<string>(() => undefined);
  const Suspended = () => {
    useTasks("ev_1");
    return React.use(never);
  };
  await act(async () =>
    render(
      <Suspense fallback={<p>waiting</p>}>
        <Suspended />
      </Suspense>,
      { wrapper },
    ),
  );
  expect(screen.getByText("waiting")).toBeTruthy();
  expect(opened).toEqual([]);
});

class Boundary extends Component<{ readonly children: ReactNode }, { readonly message?: string }> {
  override state: { readonly message?: string } = {};
  static getDerivedStateFromError(error: Error) {
    return { message: error.message };
  }
  override render() {
    return this.state.message ?? this.props.children;
  }
}

it("a watch that cannot be opened is an error of the component that requested it, not of the page", () => {
  const refuse = () => {
    throw new Error("evaluationId: is none");
  };
  const { container } = render(
    <EvalwireProvider grace={0} client={fakeClient(refuse)}>
      <Boundary>
        <Count id="ev 1" />
      </Boundary>
      <i>the rest of the page</i>
    </EvalwireProvider>,
  );
  expect(container.textContent).toBe("evaluationId: is nonethe rest of the page");
  vi.mocked(console.error).mockClear();
});

it("shows the state of the watch, with the error when the connection is lost", () => {
  const { watch, wrapper } = stage();
  const { result } = renderHook(() => useWatchStatus("ev_1"), { wrapper });
  expect(result.current._tag).toBe("synced");
  const error = new SgpError({ reason: { _tag: "Unreachable", description: "no route to host" } });
  act(() => watch.setStatus({ _tag: "degraded", since: epoch, error }));
  expect(result.current).toEqual({ _tag: "degraded", since: epoch, error });
});

it("says what is missing when there is no provider", () => {
  const complain = vi.mocked(console.error);
  expect(() => render(<Count />)).toThrow("There is no <EvalwireProvider> above this component");
  complain.mockClear();
});
