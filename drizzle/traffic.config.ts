// drizzle-kit: the traffic database (src/db/traffic-schema.ts). `npm run db:generate` writes the migrations beside this file.
import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'sqlite',
  schema: './src/db/traffic-schema.ts',
  out: './drizzle/traffic',
  casing: 'snake_case',
});
