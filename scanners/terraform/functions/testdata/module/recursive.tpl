${templatefile("hello.txt", {})}
