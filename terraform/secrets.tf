# The Twitch secret lies in the parameter store and nowhere else: `value_wo` is written, never kept.

locals {
  secret_name = "/${local.prefix}/twitch/client-secret"
}

resource "aws_ssm_parameter" "twitch_client_secret" {
  name             = local.secret_name
  description      = "Client secret of the Twitch application"
  type             = "SecureString"
  value_wo         = var.twitch_client_secret
  value_wo_version = var.twitch_client_secret_version
}
