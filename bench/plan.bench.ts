/**
 * 100,000 tasks over 500 people: how long a plan takes, and what joining, leaving and hiding add. Beside it the naive way, which
 * deals tasks round and keeps nothing where it is.
 */
import { type Plan, plan } from "@evalwire/tasks";
import { compare, hold } from "./budget.ts";
import { inTurn } from "./measure.ts";

const count = 100_000;
const people = Array.from({ length: 500 }, (_, index) => ({ id: `p${index}` }));
const tasks = Array.from({ length: count }, (_, index) => ({ id: `t${index}`, status: "PENDING" }));

const assigned = ({ assignments }: Plan) => tasks.map((task) => ({ ...task, assigned_to: assignments.get(task.id)! }));
const settled = assigned(plan({ tasks, people }));
const weighted = people.map(({ id }, index) => ({ id, weight: 1 + (index % 7), capacity: 150 + (index % 400) }));
const authorOf = ({ id }: { readonly id: string }) => [`p${(Number(id.slice(1)) * 7919) % 500}`];
/** A third of the items were written by two people. */
const fewAuthors = ({ id }: { readonly id: string }) => [
  Number(id.slice(1)) % 3 === 0 ? `p${Number(id.slice(1)) % 2}` : "p9",
];

const naive = () => {
  const assignments = new Map<string, string>();
  for (const [index, { id }] of tasks.entries()) assignments.set(id, people[index % people.length]!.id);
  return assignments;
};

const times = inTurn(
  [
    { name: "dealt round, nothing kept", run: naive },
    { name: "nothing is assigned yet", run: () => plan({ tasks, people }) },
    { name: "nothing to move", run: () => plan({ tasks: settled, people }) },
    { name: "50 people leave", run: () => plan({ tasks: settled, people: people.slice(50) }) },
    {
      name: "50 people join",
      run: () =>
        plan({ tasks: settled, people: [...people, ...people.slice(0, 50).map(({ id }) => ({ id: `new ${id}` }))] }),
    },
    { name: "weights and capacities", run: () => plan({ tasks: settled, people: weighted }) },
    { name: "each hidden from its author", run: () => plan({ tasks, people, hiddenFrom: authorOf }) },
    {
      name: "the same, from an even plan",
      run: () => plan({ tasks: settled, people: weighted, hiddenFrom: authorOf }),
    },
    { name: "a third written by two people", run: () => plan({ tasks, people, hiddenFrom: fewAuthors }) },
  ].map((each) => ({ ...each, units: 1_000 })),
  3,
);

compare("100,000 tasks, 500 people", times, { unit: "ms", perMicrosecond: 1 }, [["dealing round", times[0]!]]);
hold(
  times
    .slice(1)
    .map(({ name, median }) => ({ question: name, figure: median / 1_000, unit: "s", budget: { most: 1 } })),
);
