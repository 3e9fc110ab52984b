import { main } from "./scripted.mjs";

console.log(await main());
