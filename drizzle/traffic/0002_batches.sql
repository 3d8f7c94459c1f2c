CREATE TABLE `batches` (
	`id` text PRIMARY KEY NOT NULL,
	`fingerprint` text NOT NULL,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `batches_by_time` ON `batches` (`at`);