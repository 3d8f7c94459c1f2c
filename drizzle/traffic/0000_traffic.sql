CREATE TABLE `counters` (
	`hour` integer NOT NULL,
	`customer` text NOT NULL,
	`relay` text NOT NULL,
	`messages` integer DEFAULT 0 NOT NULL,
	`recipients` integer DEFAULT 0 NOT NULL,
	`sent` integer DEFAULT 0 NOT NULL,
	`deferred` integer DEFAULT 0 NOT NULL,
	`bounced` integer DEFAULT 0 NOT NULL,
	`refused` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`hour`, `customer`, `relay`)
);
--> statement-breakpoint
CREATE TABLE `detection_state` (
	`key` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `familiar` (
	`customer` text NOT NULL,
	`hash` integer NOT NULL,
	PRIMARY KEY(`customer`, `hash`)
);
--> statement-breakpoint
CREATE TABLE `findings` (
	`key` text NOT NULL,
	`at` integer NOT NULL,
	`value` text NOT NULL,
	PRIMARY KEY(`key`, `at`)
);
--> statement-breakpoint
CREATE TABLE `open_messages` (
	`key` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `positions` (
	`path` text PRIMARY KEY NOT NULL,
	`device` integer NOT NULL,
	`inode` integer NOT NULL,
	`offset` integer NOT NULL,
	`head_hash` text NOT NULL,
	`head_length` integer NOT NULL
);
