/** A server in a process of its own, to be killed: `node child.ts <database>` prints its address and runs until it ends. */
import { createServer } from "../src/index.ts";

const [database] = process.argv.slice(2);
const apiKeys = { "key-ada": "ada", "key-ben": "ben" };
const server = await createServer({ apiKeys, database: database! });
const { url } = await server.listen();
process.stdout.write(`${url}\n`);
