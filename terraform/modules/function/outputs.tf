output "name" {
  description = "The function's name."
  value       = aws_lambda_function.this.function_name
}

output "alias_arn" {
  description = "The ARN of the alias `live`."
  value       = aws_lambda_alias.live.arn
}

output "version" {
  description = "The newest version."
  value       = aws_lambda_function.this.version
}

output "role" {
  description = "The name of the function's role."
  value       = aws_iam_role.this.name
}

output "policy" {
  description = "What the role allows, as JSON."
  value       = aws_iam_role_policy.this.policy
}

output "code_sha256" {
  description = "The digest of the deployed zip, as Lambda tells it."
  value       = aws_lambda_function.this.source_code_hash
}

output "live_version" {
  description = "The version that `live` points to."
  value       = aws_lambda_alias.live.function_version
}
