import Suite

await Suite.main()
