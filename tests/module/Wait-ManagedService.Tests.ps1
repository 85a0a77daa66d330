BeforeAll {
    . $PSScriptRoot/Support/Host.ps1
    if (Test-Path /run/systemd/system) { Install-TestUnit }
}

Describe 'Wait-ManagedService' -Tag Host {
    BeforeEach { Stop-TestUnit }
    AfterAll { Stop-TestUnit }

    It 'returns when the service is running' {
        systemctl start --no-block t-slow-start
        Wait-ManagedService t-slow-start -PassThru | ForEach-Object State | Should -Be Running
        Wait-ManagedService t-slow-start | Should -BeNullOrEmpty
    }

    It 'waits until it has been stable' {
        systemctl start t-plain
        $watch = [Diagnostics.Stopwatch]::StartNew()
        Wait-ManagedService t-plain -StableFor 500ms
        $watch.ElapsedMilliseconds | Should -BeGreaterOrEqual 490
        Assert-TestWithin $watch 1.5
    }

    It 'waits for a stop' {
        systemctl start t-slow-stop
        systemctl stop --no-block t-slow-stop
        Wait-ManagedService t-slow-stop -State Stopped -Timeout 60s
        Get-UnitState t-slow-stop | Should -Be inactive
    }

    It 'errs when it is not there in time' {
        Wait-ManagedService t-plain -Timeout 200ms -ErrorAction SilentlyContinue -ErrorVariable failures
        Get-ErrorLine $failures | Should -Be 'ReadyTimeout|OperationTimeout|t-plain'
    }

    It 'errs in time for a service that never stays up' {
        systemctl start t-crash-loop
        Wait-ManagedService t-crash-loop -StableFor 1s -Timeout 2s -ErrorAction SilentlyContinue -ErrorVariable failures
        Get-ErrorLine $failures | Should -Be 'ReadyTimeout|OperationTimeout|t-crash-loop'
    }

    It 'ends at once when the service has failed for good' {
        systemctl start t-dies-soon
        $watch = [Diagnostics.Stopwatch]::StartNew()
        Wait-ManagedService t-dies-soon -StableFor 20s -Timeout 30s -ErrorAction SilentlyContinue -ErrorVariable failures
        Assert-TestWithin $watch 4
        Get-ErrorLine $failures | Should -Be 'ServiceFailed|InvalidResult|t-dies-soon'
    }

    It 'answers Ctrl-C at once' {
        systemctl start t-plain
        $pipeline = Start-TestPipeline { Wait-ManagedService t-plain -State Stopped -Timeout 10m }
        [System.Threading.Thread]::Sleep(800)
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $pipeline.Shell.Stop()
        Assert-TestWithin $watch 1
    }
}
