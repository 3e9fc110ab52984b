/**
 * One server in a process of its own, to be loaded from another: `node servers.ts evalwire|bare <database> [<package>]`, of another checkout's
 * package when that is given. It sends its address
 * over IPC, and whenever it is asked anything its processor time and the longest that one turn of its event loop took of it since the last time:
 * another client's request may have to wait that long for this process, however busy the machine is otherwise.
 *
 * `bare` is a minimal server for four routes and nothing else: `node:http`, `node:sqlite`, no key, no checks.
 */
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { DatabaseSync } from "node:sqlite";

const [kind, file, from = "@evalwire/server"] = process.argv.slice(2) as ["evalwire" | "bare", string, string?];

const evalwire = async (): Promise<string> => {
  const { createServer } = (await import(from)) as typeof import("@evalwire/server");
  const server = await createServer({ apiKeys: { key: "ada" }, database: file });
  return (await server.listen()).url;
};

const bare = async (): Promise<string> => {
  const database = new DatabaseSync(file);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
  database.exec("CREATE TABLE documents (seq INTEGER PRIMARY KEY, id TEXT UNIQUE, body TEXT)");
  const one = database.prepare("SELECT body FROM documents WHERE id = ?");
  const page = database.prepare("SELECT body FROM documents ORDER BY seq LIMIT ? OFFSET ?");
  const count = database.prepare("SELECT count(*) AS n FROM documents");
  const insert = database.prepare("INSERT INTO documents (id, body) VALUES (?, ?)");
  const read = (request: IncomingMessage): Promise<any> =>
    new Promise((resolve) => {
      const chunks: Array<Buffer> = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => resolve(JSON.parse(Buffer.concat(chunks).toString())));
    });
  const update = database.prepare("UPDATE documents SET body = ? WHERE id = ?");
  /** Assigns tasks to a user: reads each, rewrites it, and answers with all of them. */
  const assign = async (request: IncomingMessage, response: ServerResponse) => {
    const { task_ids, assigned_to } = await read(request);
    database.exec("BEGIN IMMEDIATE");
    const texts = task_ids.map((id: string) => {
      const found = one.get(id) as { body: string } | undefined;
      const known = found === undefined ? { id, status: "PENDING", priority: 0 } : JSON.parse(found.body);
      const text = JSON.stringify({ ...known, assigned_to, assignment_expires_at: new Date().toISOString() });
      if (found === undefined) insert.run(id, text);
      else update.run(text, id);
      return text;
    });
    database.exec("COMMIT");
    answer(response, `[${texts.join(",")}]`);
  };
  const answer = (response: ServerResponse, text: string) => {
    response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
    response.end(text);
  };
  const post = (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Array<Buffer> = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const id = crypto.randomUUID();
      // As many fields as the other one adds, so that both send as much.
      const own = {
        id,
        created_at: new Date().toISOString(),
        created_by_user_id: "ada",
        created_by_identity_type: "user",
      };
      const text = JSON.stringify({
        run_online_evaluation: false,
        ...JSON.parse(Buffer.concat(chunks).toString()),
        ...own,
      });
      insert.run(id, text);
      answer(response, text);
    });
  };
  const server = createHttpServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url!, "http://localhost");
    if (pathname === "/v4/assign") return void assign(request, response);
    if (request.method === "POST") return post(request, response);
    if (pathname === "/health") return answer(response, '{"status":"ok"}');
    const id = pathname.split("/")[3];
    if (id !== undefined) return answer(response, (one.get(id) as { body: string }).body);
    const limit = Number(searchParams.get("limit"));
    const offset = (Number(searchParams.get("page")) - 1) * limit;
    const items = page.all(limit, offset).map(({ body }) => body);
    const { n } = count.get() as { n: number };
    answer(response, `{"items":[${items.join(",")}],"total_item_count":${n}}`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const spent = () => {
  const { user, system } = process.threadCpuUsage();
  return user + system;
};
let atLastTurn = spent();
let longestTurn = 0;
const turn = () => {
  const now = spent();
  longestTurn = Math.max(longestTurn, now - atLastTurn);
  atLastTurn = now;
};
setInterval(turn, 1).unref();

process.on("message", () => {
  turn();
  const { user, system } = process.cpuUsage();
  process.send!({ micros: user + system, rss: process.memoryUsage.rss(), longestTurn });
  longestTurn = 0;
});
process.on("disconnect", () => process.exit(0));
process.send!(await (kind === "bare" ? bare() : evalwire()));
