${upper(file("hello.txt"))}
