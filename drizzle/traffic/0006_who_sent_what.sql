CREATE TABLE `message_chunks` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`is_full` integer NOT NULL,
	`from_at` integer NOT NULL,
	`to_at` integer NOT NULL,
	`count` integer NOT NULL,
	`hashes` blob NOT NULL,
	`body` blob NOT NULL
);
