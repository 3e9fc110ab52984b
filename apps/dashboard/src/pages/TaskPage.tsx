import type { TaskRow } from "@evalwire/core";
import type { Questions, TestCaseResults, v5 } from "@evalwire/core/contract";
import { useLease } from "@evalwire/react-hooks";
import { type Lease, lifecycle } from "@evalwire/tasks";
import { useEffect, useState } from "react";
import { Link } from "wouter";
import { AnswerForm } from "../acts/AnswerForm.tsx";
import { PersonPicker } from "../acts/PersonPicker.tsx";
import { hasDraft, useDraft } from "../acts/useDraft.ts";
import { usePeople } from "../acts/usePeople.ts";
import { useAnnounce } from "../live/Announcer.tsx";
import { useBoard, useEntries, useRecords, useServerNow, useSince } from "../live/hooks.ts";
import { useShown } from "../live/Shown.ts";
import { untilRead } from "../live/untilRead.ts";
import { restored, unseen } from "../model/Entry.ts";
import { resultIdOf } from "../model/Records.ts";
import { isDone, labels, placeOf } from "../model/Standing.ts";
import { lengthOf, millisOf, moment } from "../model/Time.ts";
import { Marked } from "./Marked.tsx";
import { Scroll } from "./Scroll.tsx";
import { TimeLeft } from "./TimeLeft.tsx";
import { Trouble } from "./Trouble.tsx";
import { expectedOf, inputOf, outputOf, textOf } from "./texts.ts";
import { useQuestions } from "./useQuestions.ts";

type Result = TestCaseResults.TestCaseResult;

interface Read {
  readonly result: Result | undefined;
  readonly history: ReadonlyArray<Result>;
  readonly error: Error | undefined;
}

/** The whole result of a task, read again whenever its row has changed. */
const useResult = (task: TaskRow | undefined): Read => {
  const { client, evaluationId, isV5 } = useShown();
  const [state, setState] = useState<Read>({ result: undefined, history: [], error: undefined });
  const id = task?.test_case_result_id;
  const version = `${task?.status} ${task?.updated_at} ${task?.audit_status}`;
  useEffect(() => {
    if (id == null || isV5) return;
    const leaving = new AbortController();
    const { signal } = leaving;
    const args = { evaluation_id: evaluationId, test_case_result_id: id };
    const read = () =>
      client.evaluations.testCaseResults.retrieve(
        { ...args, view: ["Metrics", "TestCaseVersion", "AnnotationResults"] },
        { signal },
      );
    untilRead(read, signal, (error) => setState((last) => ({ ...last, error }))).then(
      (result) => result && setState((last) => ({ ...last, result, error: undefined })),
    );
    client.evaluations.testCaseResults.history(args, { signal }).then(
      (history) => setState((last) => ({ ...last, history })),
      // A platform without histories: then there is none to show.
      () => undefined,
    );
    return () => leaving.abort();
  }, [client, evaluationId, isV5, id, version]);
  return state;
};

export default function TaskPage({ taskId }: { readonly taskId: string }) {
  const { isV5 } = useShown();
  const task = useBoard((board) => board.byId).get(taskId);
  const isWhole = useBoard((board) => board.isWhole);
  const { result, history, error } = useResult(task);
  const questions = useQuestions();
  if (task === undefined && !isWhole) return <p className="quiet">Reading the tasks…</p>;
  if (task === undefined) {
    return (
      <Trouble title="There is no such task">
        <p>
          It may have been removed, or belong to another evaluation. Look at <Link href="/tasks">all tasks</Link>.
        </p>
      </Trouble>
    );
  }
  return (
    <div className="task">
      <TaskHead task={task} />
      {error !== undefined && (
        <p role="alert" className="tone-bad">
          The result could not be read: {error.message}
        </p>
      )}
      {isV5 && <Item itemId={task.id} version={`${task.status} ${task.updated_at}`} />}
      {result !== undefined && <Texts result={result} />}
      {result !== undefined && <Answers result={result} questions={questions} />}
      {isV5 || (
        <>
          <Acting key={`${task.status} ${task.assigned_to}`} task={task} result={result} questions={questions} />
          <History history={history} questions={questions} />
        </>
      )}
      <Events task={task} />
    </div>
  );
}

/** The fields of an item of v5, with what its tasks found or failed with. */
const Item = ({ itemId, version }: { readonly itemId: string; readonly version: string }) => {
  const { client } = useShown();
  const [item, setItem] = useState<v5.EvaluationItems.EvaluationItem>();
  const [error, setError] = useState<Error>();
  useEffect(() => {
    const leaving = new AbortController();
    const { signal } = leaving;
    const read = () => client.v5.evaluationItems.retrieve({ evaluation_item_id: itemId }, { signal });
    untilRead(read, signal, setError).then((found) => {
      if (found === undefined) return;
      setItem(found);
      setError(undefined);
    });
    return () => leaving.abort();
  }, [client, itemId, version]);
  if (error !== undefined) {
    return (
      <p role="alert" className="tone-bad">
        The item could not be read: {error.message}
      </p>
    );
  }
  if (item === undefined) return <p className="quiet">Reading the item…</p>;
  return (
    <>
      <Fields id="item" title="Item" fields={item.data} />
      {Object.keys(item.task_errors ?? {}).length > 0 && (
        <Fields id="failed" title="Failed tasks" fields={item.task_errors!} />
      )}
    </>
  );
};

interface FieldsProps {
  readonly id: string;
  readonly title: string;
  readonly fields: object;
}

const Fields = ({ id, title, fields }: FieldsProps) => (
  <section className="panel" aria-labelledby={`${id}-head`}>
    <h2 id={`${id}-head`}>{title}</h2>
    <dl className="facts column">
      {Object.entries(fields).map(([key, value]) => (
        <div key={key}>
          <dt>{key}</dt>
          <dd className="text">{textOf(value)}</dd>
        </div>
      ))}
    </dl>
  </section>
);

const TaskHead = ({ task }: { readonly task: TaskRow }) => {
  const title = useRecords().byId.get(resultIdOf(task))?.title;
  const place = placeOf(task);
  return (
    <section className="panel wide" aria-labelledby="task-head">
      <p>
        <Link href="/tasks">← All tasks</Link>
      </p>
      <h2 id="task-head" className="task-title">
        {title ?? task.id}
      </h2>
      <dl className="facts">
        <div>
          <dt>Status</dt>
          <dd>
            <span className={`place place-${place}`}>{place === "other" ? task.status : labels[place]}</span>
          </dd>
        </div>
        <div>
          <dt>Person</dt>
          <dd>{task.assigned_to ?? "unassigned"}</dd>
        </div>
        {lifecycle.isOpen(task.status) && task.assigned_to !== null && (
          <div>
            <dt>Deadline</dt>
            <dd>
              <TimeLeft expiresAt={task.assignment_expires_at} />
            </dd>
          </div>
        )}
        <div>
          <dt>Priority</dt>
          <dd>{task.priority ?? "–"}</dd>
        </div>
        <div>
          <dt>Task</dt>
          <dd>
            <code>{task.id}</code>
          </dd>
        </div>
      </dl>
      <InHand task={task} />
    </section>
  );
};

type LostReason = Extract<Lease.LeaseEnd, { readonly _tag: "Lost" }>["reason"];

const lost: Readonly<Record<LostReason, string>> = {
  expired: "the assignment has expired",
  reassigned: "another user has it",
  unassigned: "it was released",
  removed: "it was removed",
  archived: "the evaluation is archived",
  refused: "the server refuses it",
  finished: "it was handed in",
};

/** How long a task that was claimed on this page surely stays the reader's, and that it does not any more. */
const InHand = ({ task }: { readonly task: TaskRow }) => {
  const { evaluation, acts, session } = useShown();
  const { until } = useServerNow();
  const announce = useAnnounce();
  const { remainingMillis, isEnding, end } = useLease(acts.inHand(task.id), { watched: evaluation });
  const isUrgent = isEnding && end === undefined;
  useEffect(() => {
    if (isUrgent) announce("The assignment is about to expire: hand in now, or its answers are refused.");
  }, [isUrgent, announce]);
  if (end?._tag === "Lost" && end.reason !== "finished") {
    const isHeld = lifecycle.isOpen(task.status) && task.assigned_to === session.user;
    // It was given back, or claimed in another tab: its deadline, above, is another one.
    if (isHeld && (until(millisOf(task.assignment_expires_at)) ?? 0) > 0) return null;
    return <p className="tone-bad">It is not yours any more: {lost[end.reason]}. Answers are refused.</p>;
  }
  if (end !== undefined || remainingMillis === undefined) return null;
  if (remainingMillis === Number.POSITIVE_INFINITY) return <p className="quiet">Yours, without a deadline.</p>;
  return (
    <p className={isUrgent ? "tone-bad" : "quiet"}>
      Yours for at least {lengthOf(remainingMillis)} more{isUrgent ? ": hand in now." : "."}
    </p>
  );
};

const Texts = ({ result }: { readonly result: Result }) => {
  const output = outputOf(result);
  const expected = expectedOf(result);
  const input = (result.test_case_version?.test_case_data as { readonly input?: unknown } | undefined)?.input;
  return (
    <section className="panel wide" aria-labelledby="texts-head">
      <h2 id="texts-head">Texts</h2>
      <div className="texts">
        {input !== undefined && (
          <div className="text-scroll">
            <h3>Input</h3>
            <Scroll label="Input">
              <p className="text">{inputOf(input)}</p>
            </Scroll>
          </div>
        )}
        <div className="text-scroll">
          <h3>Output</h3>
          <Scroll label="Output">
            <p className="text">
              <Marked text={output} other={expected} />
            </p>
          </Scroll>
        </div>
        {expected !== undefined && (
          <div className="text-scroll">
            <h3>Expected</h3>
            <Scroll label="Expected">
              <p className="text">
                <Marked text={expected} other={output} />
              </p>
            </Scroll>
          </div>
        )}
      </div>
      {expected !== undefined && <p className="quiet">Underlined: words that both texts have.</p>}
      {Object.keys(result.metrics ?? {}).length > 0 && (
        <dl className="facts">
          {Object.entries(result.metrics ?? {}).map(([key, score]) => (
            <div key={key}>
              <dt>{key}</dt>
              <dd className="number">{score.toFixed(3)}</dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
};

interface AnswersProps {
  readonly result: Result;
  readonly questions: ReadonlyArray<Questions.Question>;
}

const titleOf = (questions: AnswersProps["questions"], id: string) =>
  questions.find((one) => one.id === id)?.title ?? id;

const Answers = ({ result, questions }: AnswersProps) => {
  const answers = Object.entries(result.result ?? {});
  return (
    <section className="panel" aria-labelledby="answers-head">
      <h2 id="answers-head">Answers</h2>
      {answers.length === 0 ? (
        <p className="empty">There are no answers yet.</p>
      ) : (
        <dl className="facts column">
          {answers.map(([id, answer]) => (
            <div key={id}>
              <dt>{titleOf(questions, id)}</dt>
              <dd>{textOf(answer)}</dd>
            </div>
          ))}
        </dl>
      )}
      <p className="quiet">
        {result.annotated_by_user_id != null && `By ${result.annotated_by_user_id}. `}
        {result.time_spent_labeling_s != null && `Took ${lengthOf(result.time_spent_labeling_s * 1_000)}. `}
        {result.audit_status != null && `Audit: ${result.audit_status.toLowerCase()}. `}
        {result.audit_comment != null && `“${result.audit_comment}”`}
      </p>
    </section>
  );
};

interface ActingProps {
  readonly task: TaskRow;
  readonly result: Result | undefined;
  readonly questions: ReadonlyArray<Questions.Question>;
}

const Acting = ({ task, result, questions }: ActingProps) => {
  const { acts, session } = useShown();
  const people = usePeople();
  const draftOf = (what: string) => `${session.user}/${task.id}/${what}`;
  const [comment, setComment, forgetComment] = useDraft(draftOf("comment"), "");
  const answers = (result?.result ?? {}) as Readonly<Record<string, unknown>>;
  const [isFixing, setIsFixing] = useState(false);
  if (session.isReadOnly) return null;
  const isOpen = lifecycle.isOpen(task.status);
  const isMine = isOpen && task.assigned_to === session.user;
  const canJudge = isDone(placeOf(task));
  const judging = async (verdict: Promise<boolean>): Promise<boolean> => {
    const isDone = await verdict;
    if (isDone) forgetComment();
    return isDone;
  };
  if (!isOpen && !canJudge) return null;
  return (
    <section className="panel" aria-labelledby="acting-head">
      <h2 id="acting-head">Act</h2>
      {isOpen && (
        <div className="tools">
          <PersonPicker label="Assign to" people={people} onPick={(user) => void acts.assign([task], user)} />
          {task.assigned_to !== null && (
            <button type="button" onClick={() => void acts.release([task])}>
              Release
            </button>
          )}
        </div>
      )}
      {isOpen && !isMine && result !== undefined && hasDraft(draftOf("answers"), answers) && (
        <p>Your answers are kept in this tab. They are here again when the task is yours.</p>
      )}
      {isMine && result !== undefined && questions.length > 0 && (
        <AnswerForm
          draft={draftOf("answers")}
          questions={questions}
          answers={answers}
          verb="Hand in"
          onSend={(given, seconds) => acts.submit(task, given, seconds)}
        />
      )}
      {canJudge && (
        <>
          <label className="field">
            Comment for the annotator
            <textarea rows={2} value={comment} onChange={({ target }) => setComment(target.value)} />
          </label>
          <div className="tools">
            <button type="button" onClick={() => void judging(acts.approve(task, comment))}>
              Approve
            </button>
            <button type="button" onClick={() => void judging(acts.sendBack(task, comment))}>
              Send back
            </button>
            <button type="button" aria-expanded={isFixing} onClick={() => setIsFixing(!isFixing)}>
              Fix…
            </button>
          </div>
          {isFixing && result !== undefined && (
            <AnswerForm
              draft={draftOf("fix")}
              questions={questions}
              answers={answers}
              verb="Save the fix"
              onSend={(fixed) => judging(acts.fix(task, fixed, comment))}
            />
          )}
        </>
      )}
    </section>
  );
};

const History = ({
  history,
  questions,
}: {
  readonly history: ReadonlyArray<Result>;
  readonly questions: AnswersProps["questions"];
}) => (
  <section className="panel" aria-labelledby="history-head">
    <h2 id="history-head">History</h2>
    {history.length === 0 ? (
      <p className="empty">No earlier version.</p>
    ) : (
      <ol className="plain-list">
        {history.map((version, index) => {
          const at = millisOf(version.updated_at ?? version.created_at);
          const people = [
            version.annotated_by_user_id == null ? [] : `annotated by ${version.annotated_by_user_id}`,
            version.edited_by_user_id == null ? [] : `edited by ${version.edited_by_user_id}`,
          ].flat();
          const answers = Object.entries(version.result ?? {}).map(
            ([id, answer]) => `${titleOf(questions, id)}: ${textOf(answer)}`,
          );
          return (
            <li key={index}>
              {at !== undefined && <time>{moment(at, Date.now())}</time>} {version.label_status.toLowerCase()}
              {version.audit_status != null && `, ${version.audit_status.toLowerCase()}`}
              <span className="sub quiet">{[...people, ...answers].join("; ")}</span>
            </li>
          );
        })}
      </ol>
    )}
  </section>
);

const Events = ({ task }: { readonly task: TaskRow }) => {
  const since = useSince();
  const live = useEntries().filter(({ taskId }) => taskId === task.id);
  const record = useRecords().byId.get(resultIdOf(task));
  const earlier = record === undefined ? [] : restored(new Map([[record.id, record]]), since, 20);
  const entries = [...live, ...unseen(earlier, live)];
  return (
    <section className="panel" aria-labelledby="task-events-head">
      <h2 id="task-events-head">Events</h2>
      {entries.length === 0 ? (
        <p className="empty">Nothing has happened to it since this page was opened.</p>
      ) : (
        <ol className="plain-list">
          {entries.map(({ id, at, who, verb, detail, tone }) => (
            <li key={`${id} ${at}`}>
              <time>{moment(at, Date.now())}</time> {who}{" "}
              <span className={`tone-${tone}`}>{verb.replace(/:$/, "")}</span> {detail}
            </li>
          ))}
        </ol>
      )}
    </section>
  );
};
