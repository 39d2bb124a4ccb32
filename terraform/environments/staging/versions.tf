terraform {
  required_version = ">= 1.7"

  required_providers {
    digitalocean = {
      source  = "digitalocean/digitalocean"
      version = "~> 2.99"
    }
  }

  # Spaces speaks S3: what only AWS knows is skipped. The bucket is made by hand once, private and versioned; the state holds passwords.
  backend "s3" {
    bucket                      = "groundswell-terraform-state"
    key                         = "staging/platform.tfstate"
    region                      = "us-east-1"
    endpoints                   = { s3 = "https://fra1.digitaloceanspaces.com" }
    skip_credentials_validation = true
    skip_metadata_api_check     = true
    skip_region_validation      = true
    skip_requesting_account_id  = true
    skip_s3_checksum            = true
  }
}

# Token from DIGITALOCEAN_TOKEN, keys of Spaces from SPACES_ACCESS_KEY_ID and SPACES_SECRET_ACCESS_KEY.
provider "digitalocean" {}
