INSERT INTO `names` (`text`, `until`) SELECT `text`, max(`hour`) / 24 + 40 FROM (
	SELECT `customer` AS `text`, `hour` FROM `counters` UNION ALL SELECT `relay`, `hour` FROM `counters`
) WHERE true GROUP BY `text` ON CONFLICT (`text`) DO UPDATE SET `until` = max(`until`, excluded.`until`);
--> statement-breakpoint
INSERT INTO `hour_counts` (`hour`, `kind`, `owner`, `name`, `messages`, `recipients`, `sent`, `deferred`, `bounced`, `refused`, `unknown_users`, `content_refusals`, `ip_blocks`, `new_recipients`, `complaints`)
	SELECT c.`hour`, 1, o.`id`, n.`id`, c.`messages`, c.`recipients`, c.`sent`, c.`deferred`, c.`bounced`, c.`refused`, c.`unknown_users`, c.`content_refusals`, c.`ip_blocks`, c.`new_recipients`, c.`complaints`
	FROM `counters` c JOIN `names` o ON o.`text` = c.`customer` JOIN `names` n ON n.`text` = c.`relay`
	ORDER BY 1, 2, 3, 4;
--> statement-breakpoint
DROP TABLE `counters`;
