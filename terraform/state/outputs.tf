output "backend" {
  description = "The lines that `terraform init -backend-config` of the stack asks for."
  value       = <<-EOT
    bucket = "${aws_s3_bucket.state.bucket}"
    key    = "${var.project}.tfstate"
    region = "${var.region}"
  EOT
}
