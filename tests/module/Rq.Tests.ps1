# RQ: a real worker on a database of its own.
BeforeAll {
    . $PSScriptRoot/Support/Host.ps1
    $broker = 'redis://localhost:6379/5'
    function Add-Job([int] $Count, [double] $Seconds) {
        $code = "import redis, rq, time`nq = rq.Queue('mail', connection=redis.Redis(db=5))`nfor i in range($Count): q.enqueue(time.sleep, $Seconds)"
        python3 -c $code
    }
}

Describe 'Cmdlets of RQ queues' -Tag Host {
    BeforeAll {
        systemctl start redis-server
        systemd-run -q --unit=t-rq -p KillMode=mixed --setenv=LC_ALL=C.UTF-8 rq worker --url redis://localhost:6379/5 mail
        Wait-TestUntil { Test-RqWorker $broker -Quiet } -Seconds 15
    }
    AfterAll { systemctl stop t-rq; systemctl reset-failed t-rq 2>$null }

    It 'find out by themselves that it is RQ' {
        Add-Job 3 0.1
        $queue = Get-WorkQueue $broker
        $queue.Name, $queue.System, $queue.Consumers | Should -Be 'mail', 'rq', 1
        (Get-QueueWorker $broker).Queues | Should -Be mail
    }

    It 'wait for a drain, with its proof' {
        Add-Job 5 0.1
        $result = Wait-QueueDrain $broker -Timeout 30s
        $result.IsDrained, $result.System | Should -Be $true, 'rq'
        (Get-WorkQueue $broker).Ready | Should -Be 0
    }

    It 'suspend and resume; the backlog waits meanwhile' {
        $suspension = Suspend-WorkQueue $broker
        try {
            Add-Job 4 0.1
            (Wait-QueueDrain $broker -Level Executing -Timeout 10s).IsDrained | Should -BeTrue
            (Get-WorkQueue $broker).Ready | Should -Be 4
            Get-WorkerTask $broker -State Ready | Should -HaveCount 4
        }
        finally { $suspension | Resume-WorkQueue }
        (Wait-QueueDrain $broker -Timeout 30s).IsDrained | Should -BeTrue
    }

    It 'leave a suspension of somebody else alone' {
        redis-cli -n 5 set rq:suspended 1
        try {
            $suspension = Suspend-WorkQueue $broker -WarningAction SilentlyContinue -WarningVariable told
            $suspension.Foreign | Should -BeTrue
            "$told" | Should -Match 'somebody else'
            $suspension | Resume-WorkQueue -WarningAction SilentlyContinue
            redis-cli -n 5 exists rq:suspended | Should -Be 1
        }
        finally { $null = redis-cli -n 5 del rq:suspended }
    }

    It 'judge workers' {
        (Test-RqWorker $broker).Status | Should -Be Healthy
        (Test-RqWorker $broker -Expected 'nobody*').Status | Should -Be Unhealthy
        (Test-RqWorker redis://localhost:6379/11).Status | Should -Be Unhealthy
    }

    It 'clear what waits, and stop one job' {
        $suspension = Suspend-WorkQueue $broker
        try {
            Add-Job 3 0.1
            $job = Get-WorkerTask $broker -State Ready | Select-Object -First 1
            $job | Stop-WorkerTask -Confirm:$false
            (Get-WorkerTask $broker -State Ready).Id | Should -Not -Contain $job.Id
            Clear-WorkQueue $broker -Queue mail -Confirm:$false
            (Get-WorkQueue $broker -Queue mail).Ready | Should -Be 0
        }
        finally { $suspension | Resume-WorkQueue }
    }
}
