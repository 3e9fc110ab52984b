/** A plugin of TypeDoc: names each entry by what a program imports it as, and not by the file it stands in. */
import { Converter, ParameterType, ReflectionKind } from "typedoc";

export const load = (app) => {
  app.options.addDeclaration({
    name: "specifiers",
    help: "What stands for each module: its name by the name TypeDoc makes of its file.",
    type: ParameterType.Object,
    defaultValue: {},
  });
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    const specifiers = app.options.getValue("specifiers");
    for (const module of project.getChildrenByKind(ReflectionKind.Module)) {
      const name = specifiers[module.name];
      if (name === undefined) throw new Error(`No entry of a package stands for the module ${module.name}.`);
      module.name = name;
    }
  });
};
