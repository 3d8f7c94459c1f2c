CREATE TABLE `listing_suspects` (
	`incident_id` integer PRIMARY KEY NOT NULL,
	`ranked_at` integer NOT NULL,
	`basis` text NOT NULL,
	`ranking` text NOT NULL,
	FOREIGN KEY (`incident_id`) REFERENCES `incidents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
ALTER TABLE `incident_links` ADD `unlinked_at` integer;--> statement-breakpoint
ALTER TABLE `incident_links` ADD `unlinked_by` text;