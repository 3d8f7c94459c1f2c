DROP INDEX `one_notice_of_a_kind`;--> statement-breakpoint
CREATE INDEX `notices_of_incident` ON `notices` (`incident_id`);