CREATE TABLE `day_counts` (
	`day` integer NOT NULL,
	`kind` integer NOT NULL,
	`owner` integer NOT NULL,
	`name` integer NOT NULL,
	`messages` integer DEFAULT 0 NOT NULL,
	`recipients` integer DEFAULT 0 NOT NULL,
	`sent` integer DEFAULT 0 NOT NULL,
	`deferred` integer DEFAULT 0 NOT NULL,
	`bounced` integer DEFAULT 0 NOT NULL,
	`late_bounced` integer DEFAULT 0 NOT NULL,
	`refused` integer DEFAULT 0 NOT NULL,
	`unknown_users` integer DEFAULT 0 NOT NULL,
	`content_refusals` integer DEFAULT 0 NOT NULL,
	`ip_blocks` integer DEFAULT 0 NOT NULL,
	`new_recipients` integer DEFAULT 0 NOT NULL,
	`complaints` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`day`, `kind`, `owner`, `name`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `hour_counts` (
	`hour` integer NOT NULL,
	`kind` integer NOT NULL,
	`owner` integer NOT NULL,
	`name` integer NOT NULL,
	`messages` integer DEFAULT 0 NOT NULL,
	`recipients` integer DEFAULT 0 NOT NULL,
	`sent` integer DEFAULT 0 NOT NULL,
	`deferred` integer DEFAULT 0 NOT NULL,
	`bounced` integer DEFAULT 0 NOT NULL,
	`late_bounced` integer DEFAULT 0 NOT NULL,
	`refused` integer DEFAULT 0 NOT NULL,
	`unknown_users` integer DEFAULT 0 NOT NULL,
	`content_refusals` integer DEFAULT 0 NOT NULL,
	`ip_blocks` integer DEFAULT 0 NOT NULL,
	`new_recipients` integer DEFAULT 0 NOT NULL,
	`complaints` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`hour`, `kind`, `owner`, `name`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `learned_hints` (
	`client_ip` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `names` (
	`id` integer PRIMARY KEY NOT NULL,
	`text` text NOT NULL,
	`until` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `names_text_unique` ON `names` (`text`);