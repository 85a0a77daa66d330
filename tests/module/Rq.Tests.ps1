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
        $result = Wait-QueueDrain $broker -Timeout 3m
        $result.IsDrained, $result.System | Should -Be $true, 'rq'
        (Get-WorkQueue $broker).Ready | Should -Be 0
    }

    It 'suspend and resume; the backlog waits meanwhile' {
        $suspension = Suspend-WorkQueue $broker
        try {
            Add-Job 4 0.1
            (Wait-QueueDrain $broker -DrainLevel Executing -Timeout 3m).IsDrained | Should -BeTrue
            (Get-WorkQueue $broker).Ready | Should -Be 4
            Get-WorkerTask $broker -State Ready | Should -HaveCount 4
        }
        finally { $suspension | Resume-WorkQueue }
        (Wait-QueueDrain $broker -Timeout 3m).IsDrained | Should -BeTrue
    }

    It 'leave a suspension of somebody else alone' {
        redis-cli -n 5 set rq:suspended 1
        try {
            $suspension = Suspend-WorkQueue $broker -WarningAction SilentlyContinue -WarningVariable told
            $suspension.Foreign | Should -BeTrue
            "$told" | Should -Match 'someone else'
            $suspension | Resume-WorkQueue -WarningAction SilentlyContinue
            redis-cli -n 5 exists rq:suspended | Should -Be 1
        }
        finally { $null = redis-cli -n 5 del rq:suspended }
    }

    It 'judge workers' {
        (Test-RqWorker $broker).Status | Should -Be Healthy
        (Test-RqWorker $broker -Worker 'nobody*').Status | Should -Be Unhealthy
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

# Queues without workers, in databases of their own: what is piped decides what is touched.
Describe 'Queues of two brokers in one pipeline' -Tag Host {
    BeforeAll {
        systemctl start redis-server
        $first = 'redis://localhost:6379/7'
        $second = 'redis://localhost:6379/8'
        function Add-WaitingJob([int] $Database, [string] $Queue, [int] $Count) {
            $code = "import redis, rq, time`nq = rq.Queue('$Queue', connection=redis.Redis(db=$Database))`nfor i in range($Count): q.enqueue(time.sleep, 1)"
            python3 -c $code
        }
        function Get-Waiting([string] $Broker) { (Get-WorkQueue $Broker -System rq | ForEach-Object { "$($_.Name)=$($_.Ready)" }) -join ' ' }
    }
    BeforeEach {
        $null = redis-cli -n 7 flushdb
        $null = redis-cli -n 8 flushdb
        Add-WaitingJob 7 alpha 2
        Add-WaitingJob 7 beta 3
        Add-WaitingJob 7 gamma 1
        Add-WaitingJob 8 alpha 4
        Add-WaitingJob 8 delta 5
    }
    AfterAll {
        $null = redis-cli -n 7 flushdb
        $null = redis-cli -n 8 flushdb
    }

    It 'clear exactly those that were piped' {
        & {
            Get-WorkQueue $first -Queue alpha, beta
            Get-WorkQueue $second -Queue delta
        } | Clear-WorkQueue -Confirm:$false
        Get-Waiting $first | Should -Be 'alpha=0 beta=0 gamma=1'
        Get-Waiting $second | Should -Be 'alpha=4 delta=0'
    }

    It 'judge and list exactly those that were piped' {
        $piped = & {
            Get-WorkQueue $first -Queue beta
            Get-WorkQueue $second -Queue alpha
        }
        ($piped | Get-WorkQueue).Ready | Should -Be 3, 4
        ($piped | Test-QueueBacklog -Max 3).Target | Should -Be "beta at $first", "alpha at $second"
        $piped | Get-WorkerTask -State Ready | Group-Object Broker, Queue | ForEach-Object Count | Should -Be 3, 4
    }

    It 'stop a task at its own broker only' {
        $tasks = & {
            Get-WorkerTask $first -Queue beta -State Ready | Select-Object -First 1
            Get-WorkerTask $second -Queue delta -State Ready | Select-Object -First 2
        }
        $tasks | Stop-WorkerTask -Confirm:$false -ErrorVariable failures -ErrorAction SilentlyContinue
        $failures | Should -BeNullOrEmpty
        Get-Waiting $first | Should -Be 'alpha=2 beta=2 gamma=1'
        Get-Waiting $second | Should -Be 'alpha=4 delta=3'
    }

    It 'say that a task of that id is not there' {
        Stop-WorkerTask $first -System rq -Id nosuch -Confirm:$false -ErrorVariable failures -ErrorAction SilentlyContinue
        Get-ErrorLine $failures | Should -Be 'TaskNotFound|ObjectNotFound|nosuch'
    }

    It 'refuse to suspend one queue of a database, and name what would pause too' {
        Get-WorkQueue $first -Queue beta | Suspend-WorkQueue -ErrorVariable failures -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        Get-ErrorLine $failures | Should -Be "InvalidArgument|InvalidArgument|$first"
        "$failures" | Should -Match 'alpha, gamma would pause too'
        Suspend-WorkQueue $first beta -System rq -WhatIf -ErrorVariable refused -ErrorAction SilentlyContinue
        $refused | Should -Not -BeNullOrEmpty
        redis-cli -n 7 exists rq:suspended | Should -Be 0
    }

    It 'suspend the whole database, and say which queues that are' {
        $text = & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command "Import-Module '$root/OpsRestart.psd1'; Suspend-WorkQueue $first -System rq -WhatIf" | Out-String
        $text | Should -Match 'alpha, beta, gamma at redis://localhost:6379/7'
        $suspension = Get-WorkQueue $first -System rq | Suspend-WorkQueue
        try { (redis-cli -n 7 exists rq:suspended), (redis-cli -n 8 exists rq:suspended) | Should -Be 1, 0 }
        finally { $suspension | Resume-WorkQueue }
    }
}
