# Redis at a glance, its keys and what it saves, on a server of our own.
BeforeAll { . $PSScriptRoot/Support/Module.ps1 }

Describe 'Test-PathPermission' {
    It 'tells mode and kind' {
        $file = New-Item $TestDrive/a -ItemType File
        chmod 640 $file
        Test-PathPermission $file -Mode 600, 640 -Type file -Quiet | Should -BeTrue
        (Test-PathPermission $file -Mode 600).Reason | Should -Be WrongMode
        (Test-PathPermission $TestDrive/none).Reason | Should -Be NoPath
        Test-PathPermission $TestDrive/none -Absent -Quiet | Should -BeTrue
        Test-PathPermission $file -Mode 9 -ErrorAction SilentlyContinue -ErrorVariable failure
        $failure.FullyQualifiedErrorId | Should -Be 'InvalidArgument,OpsRestart.Commands.TestPathPermissionCommand'
    }
}

Describe 'Test-BackupFile' {
    It 'takes files from the pipeline' {
        Set-Content $TestDrive/one.bak data
        Set-Content $TestDrive/two.rdb 'no dump'
        (Get-ChildItem $TestDrive/one.bak, $TestDrive/two.rdb | Test-BackupFile -MaxAge 1h).Reason | Should -Be OK, Damaged
    }
}

Describe 'Redis' -Tag Host {
    BeforeAll {
        . $PSScriptRoot/Support/Host.ps1
        $folder = (New-Item $TestDrive/redis -ItemType Directory).FullName
        $server = Start-Process redis-server '--port', 6398, '--bind', '127.0.0.1', '--save', '""', '--dir', $folder -PassThru -RedirectStandardOutput $TestDrive/redis.log
        $address = 'redis://127.0.0.1:6398'
        Wait-TestUntil { Test-RedisPing $address -Quiet } -Seconds 30
        function Invoke-Redis { $null = redis-cli -p 6398 @args }
        Invoke-Redis SET circuit_breaker:mqtt_broker '{"failures": 5}' EX 300
        Invoke-Redis SET circuit_breaker:mail '{"failures": 0}'
        Invoke-Redis SET circuit_breaker:odd 'five'
    }
    AfterAll { $server.Kill() }

    It 'is seen at a glance, by itself and beside one that is not there' {
        $info = Get-RedisInfo $address, 'redis://127.0.0.1:1' -ErrorAction SilentlyContinue -ErrorVariable failure
        $info | Should -BeOfType OpsRestart.RedisServerInfo
        $info.Role, $info.MemoryPolicy, $info.Keys, $info.Databases[0].Keys | Should -Be primary, noeviction, 3, 3
        $failure.FullyQualifiedErrorId | Should -Be 'ConnectionFailed,OpsRestart.Commands.GetRedisInfoCommand'
        $failure.CategoryInfo.Category | Should -Be ConnectionError
        $info | Out-String -Width 200 | Should -Match 'noeviction'
    }

    It 'has circuit breakers that are reset, and nothing else is' {
        $all = Get-CircuitBreaker -Target $address
        $all.Name | Should -Be mail, mqtt_broker, odd
        $all[1].Failures, $all[2].Problem | Should -Be 5, 'Its value is no JSON.'
        Reset-CircuitBreaker mqtt_broker $address -WhatIf
        (Get-CircuitBreaker mqtt* $address).Failures | Should -Be 5
        $all | Reset-CircuitBreaker -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failure
        $failure.FullyQualifiedErrorId | Should -Be 'InvalidArgument,OpsRestart.Commands.ResetCircuitBreakerCommand'
        (Get-CircuitBreaker -Target $address).Name | Should -Be odd
        Get-CircuitBreaker mqtt_broker $address -ErrorAction SilentlyContinue -ErrorVariable missing
        $missing.FullyQualifiedErrorId | Should -Be 'KeyNotFound,OpsRestart.Commands.GetCircuitBreakerCommand'
        $missing.CategoryInfo.Category | Should -Be ObjectNotFound
        Reset-CircuitBreaker odd $address -Force -Confirm:$false
        Get-CircuitBreaker -Target $address | Should -BeNullOrEmpty
    }

    It 'has keys that are counted and saves them' {
        Invoke-Redis SET asgi:1 x
        Test-RedisKey $address 'asgi:*' -Crit 1:1 -Quiet | Should -BeTrue
        (Test-RedisPersistence $address -Save).Reason | Should -Be Saved
        Test-BackupFile $folder/dump.rdb -MaxAge 5m -Quiet | Should -BeTrue
    }
}
