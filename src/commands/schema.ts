/** `feedmill schema`: which keys may a config file have? */
import type { Command } from 'commander';
import { configJsonSchemaText } from '../config/json-schema.ts';

export function registerSchema(program: Command): void {
  program
    .command('schema')
    .description('print the JSON Schema of a config file, for editors')
    .addHelpText(
      'after',
      '\nKeep it beside your files:  feedmill schema > config/feedmill.schema.json' +
        '\nand begin each file with:   # yaml-language-server: $schema=feedmill.schema.json',
    )
    .action(() => {
      process.stdout.write(configJsonSchemaText());
    });
}
