CREATE TABLE `held_findings` (
	`teaching_id` integer NOT NULL,
	`key` text NOT NULL,
	`since` integer NOT NULL,
	`first_at` integer NOT NULL,
	`last_at` integer NOT NULL,
	`messages` integer NOT NULL,
	`recipients` integer NOT NULL,
	`sender` text,
	PRIMARY KEY(`teaching_id`, `key`, `since`),
	FOREIGN KEY (`teaching_id`) REFERENCES `teachings`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `held_findings_by_time` ON `held_findings` (`last_at`);--> statement-breakpoint
CREATE TABLE `teachings` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`incident_id` integer NOT NULL,
	`customer` text NOT NULL,
	`key` text,
	`sender` text,
	`kind` text NOT NULL,
	`reason` text NOT NULL,
	`note` text,
	`marked` text NOT NULL,
	`at` integer NOT NULL,
	`by` text NOT NULL,
	`by_name` text NOT NULL,
	`until` integer NOT NULL,
	`undone_at` integer,
	`undone_by` text,
	`undone_by_name` text,
	`matched` integer DEFAULT 0 NOT NULL,
	`last_matched_at` integer,
	`noted_at` integer,
	FOREIGN KEY (`incident_id`) REFERENCES `incidents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `teachings_of_customer` ON `teachings` (`customer`,`undone_at`);