/** `feedmill schema`: which keys may a config file have? */
import type { Command } from 'commander';

export function registerSchema(program: Command): void {
  program
    .command('schema')
    .description('print the JSON Schema of a config file, for editors')
    .addHelpText(
      'after',
      '\nKeep it beside your files:  feedmill schema > config/feedmill.schema.json' +
        '\nand begin each file with:   # yaml-language-server: $schema=feedmill.schema.json',
    )
    .action(async () => {
      const { configJsonSchemaText } = await import('../config/json-schema.ts');
      process.stdout.write(configJsonSchemaText());
    });
}
