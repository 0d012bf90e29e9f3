# Runs without AWS: the provider is mocked, and still checks every argument. ARNs are put together from names, so that a
# plan knows each policy in full.

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
  }
}

variables {
  package              = "tests/package.zip"
  twitch_client_id     = "testclient"
  twitch_client_secret = "never-in-a-plan"
}

run "six_functions_of_one_zip" {
  command = plan

  assert {
    condition     = toset(keys(local.functions)) == toset(["extract", "enrich", "publishToQueue", "sqsToStore", "silverJob", "goldJob"])
    error_message = "The stack has six functions."
  }

  assert {
    condition     = length(distinct([for function in values(local.functions) : function.code_sha256])) == 1
    error_message = "All functions come from one zip."
  }
}

run "least_privilege" {
  command = plan

  assert {
    condition = alltrue([
      for function in values(local.functions) : alltrue([
        for statement in jsondecode(function.policy).Statement :
        alltrue([for action in statement.Action : !endswith(action, "*")])
      ])
    ])
    error_message = "No function may do all of a service's actions."
  }

  assert {
    condition = alltrue([
      for function in values(local.functions) : alltrue([
        for statement in jsondecode(function.policy).Statement :
        !contains(statement.Resource, "*") || alltrue([for action in statement.Action : startswith(action, "xray:")])
      ])
    ])
    error_message = "Only X-Ray's actions know no resource."
  }

  assert {
    condition = toset(flatten([
      for handler, function in local.functions : [
        for statement in jsondecode(function.policy).Statement : handler if contains(statement.Action, "ssm:GetParameter")
      ]
    ])) == toset(["extract", "enrich"])
    error_message = "Only extract and enrich may read the Twitch secret."
  }

  assert {
    condition = !anytrue(flatten([
      for handler in ["extract", "enrich", "publishToQueue", "sqsToStore"] : [
        for statement in jsondecode(local.functions[handler].policy).Statement : contains(statement.Action, "s3:DeleteObject")
      ]
    ]))
    error_message = "Only the two jobs replace objects."
  }

  assert {
    condition = [
      for statement in jsondecode(local.functions.sqsToStore.policy).Statement : statement.Resource if contains(statement.Action, "dynamodb:PutItem")
    ] == [["arn:aws:dynamodb:us-east-1:111122223333:table/rivulet-streams"]]
    error_message = "sqsToStore writes to the real-time table and to no other."
  }
}

run "dead_letters" {
  command = plan

  assert {
    condition     = jsondecode(aws_sqs_queue.streams_dead_letters.redrive_allow_policy).sourceQueueArns == ["arn:aws:sqs:us-east-1:111122223333:rivulet-streams"]
    error_message = "Only the queue of streams may give its letters up to this one."
  }

  assert {
    condition     = aws_sqs_queue.streams_dead_letters.message_retention_seconds == 1209600
    error_message = "Dead letters are kept for fourteen days."
  }

  assert {
    condition     = aws_sqs_queue.streams.visibility_timeout_seconds >= 6 * local.timeout_seconds.sqsToStore
    error_message = "A message stays hidden for six times the function's timeout."
  }

  assert {
    condition     = aws_lambda_event_source_mapping.streams.function_response_types == toset(["ReportBatchItemFailures"])
    error_message = "The mapping reports each failed message."
  }
}

run "all_tiers" {
  command = plan

  assert {
    condition     = length(aws_lambda_event_source_mapping.streams.filter_criteria) == 0
    error_message = "Every stream reaches the store unless a subscription says otherwise."
  }
}

run "one_tier" {
  command = plan

  variables {
    tier_subscription = ["high"]
    tier_settings     = { TIER_HIGH_VIEWERS = "1000" }
  }

  assert {
    condition = [
      for filter in one(aws_lambda_event_source_mapping.streams.filter_criteria).filter : jsondecode(filter.pattern)
    ] == [{ messageAttributes = { tier = { stringValue = ["high"] } } }]
    error_message = "The mapping looks at the attribute that publishToQueue sends."
  }
}

run "one_pull_a_slot" {
  command = plan

  assert {
    condition     = !strcontains(aws_scheduler_schedule.pipeline.target[0].input, "execution-id")
    error_message = "A second attempt at the same slot has another execution id, and would be another run."
  }
}

run "an_unknown_tier" {
  command         = plan
  expect_failures = [var.tier_subscription]

  variables {
    tier_subscription = ["huge"]
  }
}

run "the_lake_is_closed" {
  command = plan

  assert {
    condition = alltrue([
      aws_s3_bucket_public_access_block.lake.block_public_acls, aws_s3_bucket_public_access_block.lake.block_public_policy,
      aws_s3_bucket_public_access_block.lake.ignore_public_acls, aws_s3_bucket_public_access_block.lake.restrict_public_buckets,
    ])
    error_message = "Nothing of the lake is public."
  }

  assert {
    condition     = jsondecode(aws_s3_bucket_policy.lake.policy).Statement[0].Condition.Bool["aws:SecureTransport"] == "false"
    error_message = "The lake answers over TLS only."
  }

  assert {
    condition     = !aws_s3_bucket.lake.force_destroy
    error_message = "A destroy keeps the data unless it is told otherwise."
  }
}

run "a_catalogue_of_all_layers" {
  command = plan

  assert {
    condition = alltrue([
      for table in values(aws_glue_catalog_table.lake) :
      table.parameters["projection.enabled"] == "true"
    ])
    error_message = "Partitions are projected."
  }

  assert {
    condition = alltrue([
      for prefix in ["bronze_", "silver_", "gold_"] : anytrue([for name in keys(aws_glue_catalog_table.lake) : startswith(name, prefix)])
    ])
    error_message = "Bronze, silver and gold are in the catalogue."
  }

  assert {
    condition     = length(aws_athena_named_query.view) >= 9 && length(aws_athena_named_query.question) >= 5
    error_message = "The views and the first questions are in Athena."
  }
}

run "alarms" {
  command = plan

  assert {
    condition     = toset(keys(aws_cloudwatch_metric_alarm.error_rate)) == toset(keys(local.functions))
    error_message = "Each function has an alarm of its errors."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.missing_arrivals.treat_missing_data == "breaching"
    error_message = "Silence is a failure."
  }
}

run "an_alias_held_back" {
  command = plan

  variables {
    previous_version = { goldJob = "7" }
    canary_weight    = 0.1
  }

  assert {
    condition     = module.gold_job.live_version == "7"
    error_message = "`live` points to the version that it is held back to."
  }
}

run "a_bad_project" {
  command         = plan
  expect_failures = [var.project]

  variables {
    project = "Not A Name"
  }
}

run "a_bad_architecture" {
  command         = plan
  expect_failures = [var.architecture]

  variables {
    architecture = "riscv"
  }
}

run "a_batch_without_a_window" {
  command         = plan
  expect_failures = [var.queue_batch_window_seconds]

  variables {
    queue_batch_size           = 100
    queue_batch_window_seconds = 0
  }
}

run "an_unknown_lake_setting" {
  command         = plan
  expect_failures = [var.lake_settings]

  variables {
    lake_settings = { MIN_VIEWER = "10" }
  }
}

run "a_retention_shorter_than_silver_needs" {
  command         = plan
  expect_failures = [var.raw_retention_days]

  variables {
    raw_retention_days = 1
  }
}
