output "names" {
  description = "Full names that lead to the load balancer."
  value       = sort([for record in digitalocean_record.host : record.fqdn])
}
