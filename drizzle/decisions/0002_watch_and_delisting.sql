CREATE TABLE `delisting_drafts` (
	`incident_id` integer NOT NULL,
	`target` text NOT NULL,
	`list` text NOT NULL,
	`text` text NOT NULL,
	`saved_at` integer NOT NULL,
	`saved_by` text NOT NULL,
	PRIMARY KEY(`incident_id`, `target`, `list`),
	FOREIGN KEY (`incident_id`) REFERENCES `incidents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `delisting_requests` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`incident_id` integer NOT NULL,
	`target` text NOT NULL,
	`list` text NOT NULL,
	`attempt` integer NOT NULL,
	`requested_at` integer NOT NULL,
	`requested_by` text NOT NULL,
	`requested_by_name` text NOT NULL,
	`reference` text,
	`claim` text NOT NULL,
	`override_reason` text,
	`earlier_request` integer,
	`state` text NOT NULL,
	`answer` text,
	`half_at` integer NOT NULL,
	`full_at` integer NOT NULL,
	`half_done_at` integer,
	`full_done_at` integer,
	`closed_at` integer,
	FOREIGN KEY (`incident_id`) REFERENCES `incidents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `requests_by_incident` ON `delisting_requests` (`incident_id`);--> statement-breakpoint
CREATE INDEX `requests_by_target` ON `delisting_requests` (`target`,`list`);--> statement-breakpoint
CREATE TABLE `hygiene_looks` (
	`subject` text PRIMARY KEY NOT NULL,
	`looked_at` integer NOT NULL,
	`look` text NOT NULL,
	`before` text,
	`changed_at` integer
);
--> statement-breakpoint
CREATE TABLE `incident_links` (
	`listing_incident` integer NOT NULL,
	`compromise_incident` integer NOT NULL,
	`linked_at` integer NOT NULL,
	`linked_by` text NOT NULL,
	PRIMARY KEY(`listing_incident`, `compromise_incident`),
	FOREIGN KEY (`listing_incident`) REFERENCES `incidents`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`compromise_incident`) REFERENCES `incidents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `list_states` (
	`list` text PRIMARY KEY NOT NULL,
	`first_look_at` integer,
	`last_sweep_at` integer,
	`due_at` integer DEFAULT 0 NOT NULL,
	`refusals` integer DEFAULT 0 NOT NULL,
	`back_off_until` integer,
	`health` text DEFAULT 'untested' NOT NULL,
	`health_since` integer,
	`health_reason` text,
	`tested_at` integer,
	`held_at` integer,
	`held_targets` text,
	`released_at` integer,
	`released_by` text,
	`ignored_until` integer
);
--> statement-breakpoint
CREATE TABLE `notices` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`incident_id` integer NOT NULL,
	`partner` text NOT NULL,
	`kind` text NOT NULL,
	`send_to` text,
	`subject` text NOT NULL,
	`body` text NOT NULL,
	`state` text NOT NULL,
	`created_at` integer NOT NULL,
	`decided_at` integer,
	`decided_by` text,
	`sent_at` integer,
	`error` text,
	FOREIGN KEY (`incident_id`) REFERENCES `incidents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `one_notice_of_a_kind` ON `notices` (`incident_id`,`partner`,`kind`);--> statement-breakpoint
CREATE TABLE `snds_reports` (
	`ip` text NOT NULL,
	`activity_end` integer NOT NULL,
	`fetched_at` integer NOT NULL,
	`report` text NOT NULL,
	PRIMARY KEY(`ip`, `activity_end`)
);
--> statement-breakpoint
ALTER TABLE `listings` ADD `clear_once_at` integer;