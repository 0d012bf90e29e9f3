output "bucket" {
  description = "The lake's bucket."
  value       = aws_s3_bucket.lake.bucket
}

output "queue_url" {
  description = "The queue of streams."
  value       = aws_sqs_queue.streams.url
}

output "dead_letter_queue_url" {
  description = "The queue of the messages that failed five times."
  value       = aws_sqs_queue.streams_dead_letters.url
}

output "alerts_queue_url" {
  description = "Where alerts come: watched streamers on the air, streams and categories that rise fast."
  value       = aws_sqs_queue.alerts.url
}

output "realtime_table" {
  description = "The real-time table."
  value       = aws_dynamodb_table.realtime.name
}

output "mapping" {
  description = "The event source mapping from the queue to sqsToStore."
  value       = aws_lambda_event_source_mapping.streams.uuid
}

output "state_machine_arn" {
  description = "The pipeline."
  value       = aws_sfn_state_machine.pipeline.arn
}

output "schedule" {
  description = "The schedule, with its group."
  value       = { group = aws_scheduler_schedule_group.pipeline.name, name = aws_scheduler_schedule.pipeline.name }
}

output "alarm_topic_arn" {
  description = "The topic of alarms."
  value       = aws_sns_topic.alarms.arn
}

output "functions" {
  description = "Each function's name, alias, newest version and the digest of its code."
  value = {
    for handler, function in local.functions : handler => {
      name = function.name, alias_arn = function.alias_arn, version = function.version, code_sha256 = function.code_sha256
    }
  }
}
