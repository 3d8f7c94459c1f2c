CREATE TABLE `acquaintances` (
	`id` integer PRIMARY KEY NOT NULL,
	`generation` integer NOT NULL,
	`begun_at` integer NOT NULL,
	`hashes` blob NOT NULL
);
--> statement-breakpoint
ALTER TABLE `detection_state` ADD `kept_until` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
UPDATE `open_messages` SET `key` = 'postfix:' || `key`;
