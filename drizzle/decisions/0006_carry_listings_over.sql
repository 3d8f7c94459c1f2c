-- A listing incident held one target on one list; now it holds several. What was open stays open, in the new shape.
UPDATE `incidents` SET `subject` = json_object(
  'kind', 'listing',
  'isFirstLook', json('false'),
  'entries', json_array(json_patch(
    json_remove(`subject`, '$.kind'),
    json_object(
      'impact', 'high',
      'confidence', 'high',
      'scope', 'address',
      'meanings', json('[]'),
      'firstSeenAt', `since`,
      'lastSeenAt', `last_seen_at`,
      'clearedAt', (
        SELECT max(l.`cleared_at`) FROM `listings` l
        WHERE l.`incident_id` = `incidents`.`id` AND l.`cleared_by` IS NULL
          AND NOT EXISTS (SELECT 1 FROM `listings` o WHERE o.`incident_id` = `incidents`.`id` AND o.`cleared_at` IS NULL)
      )
    )
  ))
)
WHERE `kind` = 'listing' AND json_extract(`subject`, '$.entries') IS NULL;
