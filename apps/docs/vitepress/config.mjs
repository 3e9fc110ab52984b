import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitepress";
import llms from "vitepress-plugin-llms";

const page = (text, link) => ({ text, link });
const hasApi = existsSync(fileURLToPath(new URL("../api", import.meta.url)));
const packages = ["core", "tasks", "metrics", "react-hooks", "server", "relay", "fleet"].filter((name) =>
  existsSync(fileURLToPath(new URL(`../api/${name}`, import.meta.url))),
);

export default defineConfig({
  title: "evalwire",
  description: "A typed client, live task events, exact metrics and an embedded server for the Scale GenAI Platform.",
  lang: "en",
  cleanUrls: false,
  head: [["link", { rel: "icon", href: "data:," }]],
  ignoreDeadLinks: hasApi ? false : [/api\//],
  markdown: {
    // Texts are texts: what stands in double braces is no expression of Vue's, in a sentence or in code between words.
    config: (markdown) => {
      const { rules } = markdown.renderer;
      for (const kind of ["text", "code_inline"]) {
        const render = rules[kind];
        rules[kind] = (...args) => render(...args).replaceAll("{{", "&#123;&#123;");
      }
    },
  },
  vite: { plugins: [llms()], build: { chunkSizeWarningLimit: 4_000 } },
  themeConfig: {
    outline: [2, 3],
    // A guide or a table answers a question sooner than the reference of every name does.
    search: {
      provider: "local",
      options: {
        miniSearch: { searchOptions: { boostDocument: (page) => (page.startsWith("/api/") ? 0.3 : 1) } },
      },
    },
    nav: [
      page("Start", "/start"),
      page("Guides", "/guides/"),
      page("Reference", "/reference/events"),
      ...(hasApi ? [page("API", "/api/")] : []),
    ],
    sidebar: [
      {
        text: "Start",
        items: [page("Install and first events", "/start"), page("What it costs", "/cost"), page("FAQ", "/faq")],
      },
      {
        text: "Guides",
        items: [
          page("All guides", "/guides/"),
          page("Events to a browser (SSE)", "/guides/sse"),
          page("Alert before a lease ends", "/guides/alerts"),
          page("Webhooks", "/guides/webhooks"),
          page("Work on tasks", "/guides/work-on-tasks"),
          page("The dashboard", "/guides/dashboard"),
          page("Durable consumer", "/guides/durable"),
          page("Many replicas, one watch", "/guides/fleet"),
          page("A board behind a relay", "/guides/relay"),
          page("React board and key proxy", "/guides/react"),
          page("Testing without the cloud", "/guides/testing"),
          page("Score files", "/guides/score-files"),
          page("A quality gate in CI", "/guides/gate"),
          page("RxJS recipes", "/guides/rxjs"),
          page("Programs in Effect", "/guides/effect"),
          page("A plugin from scratch", "/guides/plugin"),
          page("OpenTelemetry", "/guides/opentelemetry"),
          page("From Scale's own SDK", "/guides/from-scale-sdk"),
          page("From Python metrics", "/guides/from-python"),
        ],
      },
      {
        text: "Reference",
        items: [
          page("Events", "/reference/events"),
          page("Options", "/reference/options"),
          page("Errors", "/reference/errors"),
          page("Promises", "/reference/promises"),
          ...(existsSync(fileURLToPath(new URL("../routes.md", import.meta.url))) ? [page("Routes", "/routes")] : []),
          page("Assumptions", "/assumptions"),
          page("Feed format", "/feed"),
          page("Compatibility", "/reference/compatibility"),
          page("Versions and deprecation", "/reference/versions"),
          page("Glossary", "/reference/glossary"),
          page("Troubleshooting", "/reference/troubleshooting"),
          page("Compared with", "/reference/comparison"),
        ],
      },
      ...(hasApi
        ? [
            {
              text: "API",
              collapsed: true,
              items: [page("All packages", "/api/"), ...packages.map((name) => page(name, `/api/${name}/`))],
            },
          ]
        : []),
    ],
  },
});
