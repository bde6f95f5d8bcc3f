/* The smallest fetch with libgit2: URL into the bare repository at PATH. */
#include <git2.h>
#include <stdio.h>

int main(int count, char **words) {
    git_repository *repository;
    git_remote *remote;
    char *refspec = "+refs/heads/main:refs/incoming/a/main";
    git_strarray refspecs = {&refspec, 1};
    if (count != 3 || git_libgit2_init() < 0 || git_repository_init(&repository, words[2], 1) < 0
        || git_remote_create_anonymous(&remote, repository, words[1]) < 0
        || git_remote_fetch(remote, &refspecs, NULL, NULL) < 0) {
        fprintf(stderr, "fetch: %s\n", git_error_last() ? git_error_last()->message : "usage: fetch URL PATH");
        return 1;
    }
    return 0;
}
