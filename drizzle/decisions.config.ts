// drizzle-kit: the decisions database (src/db/schema.ts). `npm run db:generate` writes the migrations beside this file.
import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'sqlite',
  schema: './src/db/schema.ts',
  out: './drizzle/decisions',
  casing: 'snake_case',
});
