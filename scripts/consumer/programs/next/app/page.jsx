import { headers } from "next/headers";
import { Board } from "./board";

export default async function Page() {
  const host = (await headers()).get("host");
  return <Board origin={`http://${host}`} evaluationId={process.env.EVALUATION_ID} />;
}
