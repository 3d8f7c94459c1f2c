ALTER TABLE `containments` ADD `own_senders` text;--> statement-breakpoint
ALTER TABLE `containments` ADD `told_others` text;