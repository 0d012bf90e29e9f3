terraform {
  # 1.11: write-only arguments, which keep the Twitch secret out of the state.
  required_version = ">= 1.11.0, < 2.0.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100.0, < 6.0.0"
    }
  }

  # Named at `terraform init -backend-config=...`: see state/.
  backend "s3" {
    use_lockfile = true
  }
}

provider "aws" {
  region = var.region

  default_tags {
    tags = merge({ project = var.project, managed-by = "terraform" }, var.tags)
  }
}

data "aws_caller_identity" "current" {}

locals {
  account_id = data.aws_caller_identity.current.account_id
  # Names of everything begin alike, so that two stacks can live in one account.
  prefix = var.project
  # ARNs are put together from names: a plan then shows each policy in full before anything exists.
  arn = {
    lambda = "arn:aws:lambda:${var.region}:${local.account_id}:function"
    sqs    = "arn:aws:sqs:${var.region}:${local.account_id}"
    table  = "arn:aws:dynamodb:${var.region}:${local.account_id}:table"
    logs   = "arn:aws:logs:${var.region}:${local.account_id}:log-group"
    ssm    = "arn:aws:ssm:${var.region}:${local.account_id}:parameter"
    states = "arn:aws:states:${var.region}:${local.account_id}:stateMachine"
  }
}
