"""What the build puts beside the site for the playground in its pages."""
