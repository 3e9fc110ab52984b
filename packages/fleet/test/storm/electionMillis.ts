/** For how long a storm waits for JetStream: after a partition its elections may take half a minute. */
export const electionMillis = 60_000;
