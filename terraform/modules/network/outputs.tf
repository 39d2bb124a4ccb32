output "vpc_id" {
  description = "Id of the VPC."
  value       = digitalocean_vpc.this.id
}
