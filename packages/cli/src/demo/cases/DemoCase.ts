/** One test case of the demo: a document, the summary a person would accept, and the summary under evaluation. */
export interface DemoCase {
  /** Subject of the document, in a few words; shown in tables and on the dashboard. */
  readonly title: string;
  /** The text to be summarised, 60 to 150 words. */
  readonly document: string;
  /** The summary the evaluation expects, one or two sentences. */
  readonly expected: string;
  /** The answer of the application under evaluation: anything from right to padded, wrong or nearly empty. */
  readonly output: string;
}
